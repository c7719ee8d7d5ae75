package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clock on the wall jumps: calls go on and people come, for it tells the age of tokens alone.
 */
class WallClockTest {
    private static final class Wall extends Clock {
        private volatile Duration off = Duration.ZERO;

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(off);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, -60})
    void anHourForthOrBack(int minutes) throws IOException, InterruptedException {
        Wall wall = new Wall();
        try (TestServer server = TestServer.with(Map.of(), wall);
                PlainCall call = PlainCall.begin(server.url());
                ScriptedClient speaker = new ScriptedClient(server, "wall", "speaker");
                ScriptedClient listener = new ScriptedClient(server, "wall", "listener")) {
            speaker.publish();
            listener.subscribe();
            assertTrue(call.heard(500) > 20, "the call is up");

            wall.off = Duration.ofMinutes(minutes);

            assertTrue(call.heard(1_000) > 40, "the call goes on");
            long before = listener.subscriber().received();
            for (int i = 0; i < 50; i++) {
                speaker.sendAudio();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertTrue(listener.subscriber().received() - before > 40, "and so does the other");
            listener.signal()
                    .send(SignalRequest.newBuilder().setPingReq(Ping.newBuilder().setTimestamp(5)));
            long echo =
                    listener.signal()
                            .await(MessageCase.PONG_RESP)
                            .getPongResp()
                            .getLastPingTimestamp();
            assertEquals(5, echo, "sockets stay");
            assertEquals(201, call.publish("more", false), "people come");
            new ScriptedClient(server, "wall", "late").close(); // with a token of the new time
        }
    }
}
