package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

/** Nothing comes from somebody any more, and then it does again. */
class SilenceTest {
    /** Waits until the listener hears of this quality of the other. @return seconds */
    private static double heard(ScriptedClient listener, String sid, ConnectionQuality wanted) {
        long began = System.nanoTime();
        boolean heard = false;
        while (!heard) {
            heard =
                    listener
                            .signal()
                            .await(MessageCase.CONNECTION_QUALITY)
                            .getConnectionQuality()
                            .getUpdatesList()
                            .stream()
                            .anyMatch(each ->
                                    each.getParticipantSid().equals(sid)
                                            && each.getQuality() == wanted);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    @Test
    void othersHearOfItWithinEightSeconds() throws InterruptedException {
        try (TestServer server = TestServer.keeping(45);
                ScriptedClient silent = new ScriptedClient(server, "room", "silent");
                ScriptedClient listener = new ScriptedClient(server, "room", "listener")) {
            Thread alive =
                    Thread.startVirtualThread(() -> {
                        while (!Thread.currentThread().isInterrupted()) {
                            listener.subscriber().check();
                            pause();
                        }
                    });
            silent.subscriber().check();

            double after = heard(listener, silent.sid(), ConnectionQuality.LOST);

            assertTrue(after > 4 && after < 9, "after " + after + " s");
            silent.subscriber().check();
            double back = heard(listener, silent.sid(), ConnectionQuality.EXCELLENT);
            assertTrue(back < 1, "back after " + back + " s");
            alive.interrupt();
            alive.join();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
