package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A participant whose WebSocket breaks stays, and comes back to what it missed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeTest {
    private final TestServer server = TestServer.keeping(45);

    @AfterAll
    void stop() {
        server.close();
    }

    private SignalClient resume(String room, String identity, String sid) {
        String token = server.token(room, identity);
        return new SignalClient(
                server.webSocket("access_token=" + token + "&reconnect=1&sid=" + sid));
    }

    private static String ufrag(SignalResponse offer) {
        return offer.getOffer()
                .getSdp()
                .lines()
                .filter(line -> line.startsWith("a=ice-ufrag:"))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isGone(SignalResponse message, String identity) {
        return message.getUpdate().getParticipantsList().stream()
                .anyMatch(each ->
                        each.getIdentity().equals(identity)
                                && each.getState() == ParticipantInfo.State.DISCONNECTED);
    }

    @Test
    void mediaGoesOnAndWhatWasMissedIsToldOnce() throws InterruptedException {
        try (ScriptedClient speaker = new ScriptedClient(server, "cut", "speaker");
                ScriptedClient listener = new ScriptedClient(server, "cut", "listener");
                ScriptedClient third = new ScriptedClient(server, "cut", "third")) {
            speaker.publish();
            listener.subscribe();
            String sid = speaker.sid();
            speaker.signal().close();
            TimeUnit.MILLISECONDS.sleep(300); // until the server has seen it
            third.leave();
            long before = listener.subscriber().received();
            for (int i = 0; i < 50; i++) {
                speaker.sendAudio();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertTrue(listener.subscriber().received() - before > 40, "sound goes on");

            try (SignalClient again = resume("cut", "speaker", sid)) {
                assertEquals(MessageCase.RECONNECT, again.await(_ -> true).getMessageCase());
                assertTrue(isGone(again.await(MessageCase.UPDATE), "third"), "who left");
                SignalResponse present = again.await(MessageCase.UPDATE);
                assertFalse(isGone(present, "third"));
                assertEquals(2, present.getUpdate().getParticipantsCount(), "who is there");
                again.await(MessageCase.ROOM_UPDATE);
                SignalResponse offer = again.await(MessageCase.OFFER);
                assertNotEquals(speaker.subscriberUfrag(), ufrag(offer), "ICE begins anew");
                again.send(SignalRequest.newBuilder().setSyncState(SyncState.getDefaultInstance()));
                again.send(SignalRequest.newBuilder().setPing(1));
                again.await(MessageCase.PONG);
            }
        }
    }

    @Test
    void nobodyGoesOnWithASessionThatIsNotItsOwn() {
        try (ScriptedClient one = new ScriptedClient(server, "own", "one");
                ScriptedClient two = new ScriptedClient(server, "own", "two");
                SignalClient wrong = resume("own", "two", one.sid());
                SignalClient elsewhere = resume("other", "one", one.sid())) {
            for (SignalClient refused : new SignalClient[] {wrong, elsewhere}) {
                LeaveRequest leave = refused.await(_ -> true).getLeave();
                assertEquals(DisconnectReason.STATE_MISMATCH, leave.getReason());
                assertEquals(LeaveRequest.Action.RECONNECT, leave.getAction());
            }
            two.signal().send(SignalRequest.newBuilder().setPing(1));
            two.signal().await(MessageCase.PONG);
        }
    }

    @Test
    void whoBelievesInATrackThatIsGoneJoinsAnew() {
        try (ScriptedClient one = new ScriptedClient(server, "sync", "one")) {
            one.signal().close();
            try (SignalClient again = resume("sync", "one", one.sid())) {
                again.await(MessageCase.RECONNECT);
                SyncState.Builder state = SyncState.newBuilder();
                TrackPublishedResponse.Builder track = TrackPublishedResponse.newBuilder();
                track.getTrackBuilder().setSid("TR_unknown");
                again.send(SignalRequest.newBuilder().setSyncState(state.addPublishTracks(track)));
                LeaveRequest leave = again.await(MessageCase.LEAVE).getLeave();
                assertEquals(LeaveRequest.Action.RECONNECT, leave.getAction());
            }
        }
    }

    @Test
    void theOlderSocketIsClosedWhenANewerOneComes() {
        try (ScriptedClient one = new ScriptedClient(server, "two", "one");
                SignalClient again = resume("two", "one", one.sid())) {
            again.await(MessageCase.RECONNECT);
            assertEquals(1008, one.signal().awaitClose());
            again.send(SignalRequest.newBuilder().setPing(1));
            again.await(MessageCase.PONG);
        }
    }
}
