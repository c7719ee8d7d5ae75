package dev.sluice.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** RFC 7983 §7 and RFC 5761 §4, every first and every second byte. */
class DemuxVectorsTest {
    @Test
    void everyByteIsWhatTheVectorsSay() throws IOException {
        JsonNode vectors;
        try (InputStream in = DemuxVectorsTest.class.getResourceAsStream("/vectors/demux.json")) {
            vectors = new ObjectMapper().readTree(in);
        }
        ByteBuf datagram = Unpooled.buffer(2).writeZero(2);
        for (JsonNode range : vectors.get("first_byte")) {
            for (int first = range.get("from").asInt(); first <= range.get("to").asInt(); first++) {
                datagram.setByte(0, first);
                DatagramKind expected =
                        switch (range.get("kind").asText()) {
                            case "stun" -> DatagramKind.STUN;
                            case "dtls" -> DatagramKind.DTLS;
                            case "rtp-or-rtcp" -> DatagramKind.RTP;
                            default -> DatagramKind.UNKNOWN;
                        };
                datagram.setByte(1, 96);
                assertEquals(expected, DatagramKind.of(datagram, 0), "first byte " + first);
            }
        }
        datagram.setByte(0, 0x80);
        for (JsonNode range : vectors.get("second_byte_of_rtp_or_rtcp")) {
            boolean rtcp = range.get("kind").asText().equals("rtcp");
            for (int second = range.get("from").asInt();
                    second <= range.get("to").asInt();
                    second++) {
                datagram.setByte(1, second);
                assertEquals(
                        rtcp ? DatagramKind.RTCP : DatagramKind.RTP,
                        DatagramKind.of(datagram, 0),
                        "second byte " + second);
            }
        }
    }
}
