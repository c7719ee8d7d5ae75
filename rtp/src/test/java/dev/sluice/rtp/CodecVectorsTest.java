package dev.sluice.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.rtp.codec.Av1Payload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import dev.sluice.rtp.rtcp.Bye;
import dev.sluice.rtp.rtcp.FullIntraRequest;
import dev.sluice.rtp.rtcp.Nack;
import dev.sluice.rtp.rtcp.PictureLoss;
import dev.sluice.rtp.rtcp.ReportBlock;
import dev.sluice.rtp.rtcp.RtcpCompound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our views against the public vectors of RFC 3550, 4585, 5104, 7741, 8285 and AV1. */
class CodecVectorsTest {
    private static final JsonNode VECTORS = read();

    private static JsonNode read() {
        try (InputStream in =
                CodecVectorsTest.class.getResourceAsStream("/vectors/rtp_rtcp_codec.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<JsonNode> all(String list) {
        return StreamSupport.stream(VECTORS.get(list).spliterator(), false);
    }

    static Stream<JsonNode> packets() {
        return all("rtp");
    }

    static Stream<JsonNode> descriptors() {
        return all("vp8_descriptors");
    }

    static Stream<JsonNode> numbers() {
        return all("av1_leb128");
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void rtpPacketsAreReadAsTheVectorsSay(JsonNode vector) {
        ByteBuf buffer = bytes(vector.get("packet").asText());
        RtpPacket packet = new RtpPacket();

        assertTrue(packet.wrap(buffer, 0, buffer.readableBytes()));

        assertEquals(vector.get("payload_type").asInt(), packet.payloadType());
        assertEquals(vector.get("marker").asBoolean(), packet.marker());
        assertEquals(vector.get("sequence").asInt(), packet.sequenceNumber());
        assertEquals(vector.get("timestamp").asLong(), packet.timestamp());
        assertEquals(vector.get("ssrc").asLong(), packet.ssrc());
        assertEquals(vector.get("header_length").asInt(), packet.headerLength());
        assertEquals(vector.get("padding").asInt(), packet.paddingLength());
        assertEquals(vector.get("csrc").size(), packet.csrcCount());
        for (int i = 0; i < packet.csrcCount(); i++) {
            assertEquals(vector.get("csrc").get(i).asLong(), packet.csrc(i));
        }
        assertEquals(
                vector.get("payload").asText(),
                ByteBufUtil.hexDump(buffer, packet.payloadOffset(), packet.payloadLength()));
        vector.get("extensions")
                .properties()
                .forEach(entry -> {
                    int id = Integer.parseInt(entry.getKey());
                    HeaderExtensions found = packet.extensions();
                    assertTrue(found.has(id));
                    assertEquals(
                            entry.getValue().asText(),
                            ByteBufUtil.hexDump(buffer, found.offset(id), found.length(id)));
                });
        assertFalse(packet.extensions().has(0));
        assertFalse(packet.extensions().has(9));
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void vp8DescriptorsAreReadAsTheVectorsSay(JsonNode vector) {
        ByteBuf buffer = bytes(vector.get("descriptor").asText() + "01");
        Vp8Descriptor descriptor = new Vp8Descriptor();

        assertTrue(descriptor.wrap(buffer, 0, buffer.readableBytes()));

        assertEquals(vector.get("length").asInt(), descriptor.length());
        assertEquals(vector.get("non_reference").asBoolean(), descriptor.isNonReference());
        assertEquals(vector.get("start").asBoolean(), descriptor.isStartOfPartition());
        assertEquals(vector.get("partition").asInt(), descriptor.partition());
        assertEquals(vector.path("picture_id").asInt(-1), descriptor.pictureId());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void leb128IsReadAsTheVectorsSay(JsonNode vector) {
        ByteBuf buffer = bytes(vector.get("bytes").asText());

        assertEquals(
                vector.get("value").asLong(), Av1Payload.leb128(buffer, 0, buffer.readableBytes()));
    }

    private static RtcpCompound rtcp(String name) {
        for (JsonNode vector : VECTORS.get("rtcp")) {
            if (vector.get("name").asText().equals(name)) {
                ByteBuf buffer = bytes(vector.get("packet").asText());
                RtcpCompound compound = new RtcpCompound();
                compound.wrap(buffer, 0, buffer.readableBytes());
                assertTrue(compound.next());
                assertEquals(vector.get("type").asInt(), compound.packetType());
                return compound;
            }
        }
        throw new AssertionError("no vector " + name);
    }

    private static String hex(ByteBuf buffer, int length) {
        return ByteBufUtil.hexDump(buffer, 0, length);
    }

    private static String vector(String name) {
        for (JsonNode vector : VECTORS.get("rtcp")) {
            if (vector.get("name").asText().equals(name)) {
                return vector.get("packet").asText();
            }
        }
        throw new AssertionError("no vector " + name);
    }

    @Test
    void receiverReportIsReadAndWritten() {
        RtcpCompound packet = rtcp("receiver-report");
        ReportBlock block = new ReportBlock();
        block.wrap(packet, ReportBlock.blocksAt(packet), 0);
        assertEquals(2, block.ssrc());
        assertEquals(64, block.fractionLost());
        assertEquals(-2, block.cumulativeLost());
        assertEquals(65541, block.highestSequence());
        assertEquals(6, block.jitter());
        assertEquals(7, block.lastSenderReport());
        assertEquals(8, block.delaySinceLastSenderReport());

        ByteBuf out = Unpooled.buffer(64);
        int at = ReportBlock.writeReceiverReport(out, 0, 1, 1);
        ReportBlock.writeLoss(out, at, 2, 64, -2);
        at += ReportBlock.writeTimes(out, at, 65541, 6, 7, 8);

        assertEquals(vector("receiver-report"), hex(out, at));
    }

    @Test
    void nackIsReadAndWritten() {
        RtcpCompound packet = rtcp("generic-nack");
        assertTrue(Nack.accepts(packet));
        List<Integer> lost = new ArrayList<>();
        for (int i = 0; i < Nack.items(packet); i++) {
            lost.add(Nack.packetId(packet, i));
            for (int bit = 0; bit < 16; bit++) {
                if ((Nack.lostMask(packet, i) >>> bit & 1) != 0) {
                    lost.add(Nack.packetId(packet, i) + bit + 1);
                }
            }
        }
        assertEquals(List.of(100, 101, 116, 1000), lost);

        ByteBuf out = Unpooled.buffer(64);
        int length = Nack.write(out, 0, 1, 2, new int[] {100, 101, 116, 1000}, 4);

        assertEquals(vector("generic-nack"), hex(out, length));
    }

    @Test
    void nackCrossesTheSixteenBitEdge() {
        ByteBuf out = Unpooled.buffer(64);

        int length = Nack.write(out, 0, 1, 2, new int[] {65534, 65535, 0, 13}, 4);

        RtcpCompound packet = new RtcpCompound();
        packet.wrap(out, 0, length);
        assertTrue(packet.next());
        assertEquals(1, Nack.items(packet));
        assertEquals(65534, Nack.packetId(packet, 0));
        assertEquals(1 | 1 << 1 | 1 << 14, Nack.lostMask(packet, 0));
    }

    @Test
    void requestsForKeyFramesAreReadAndWritten() {
        assertTrue(PictureLoss.accepts(rtcp("pli")));
        RtcpCompound fir = rtcp("fir");
        assertTrue(FullIntraRequest.accepts(fir));
        assertEquals(2, FullIntraRequest.ssrc(fir, 0));
        assertEquals(7, FullIntraRequest.sequence(fir, 0));

        ByteBuf out = Unpooled.buffer(64);
        assertEquals(vector("pli"), hex(out, PictureLoss.write(out, 0, 1, 2)));
        assertEquals(vector("fir"), hex(out, FullIntraRequest.write(out, 0, 1, 2, 7)));
    }

    @Test
    void byeIsRead() {
        RtcpCompound packet = rtcp("bye-with-reason");

        assertTrue(Bye.accepts(packet));
        assertEquals(1, Bye.ssrc(packet, 0));
        assertFalse(packet.next());
        assertFalse(packet.isMalformed());
    }
}
