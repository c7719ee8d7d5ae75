package dev.sluice.rtp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFrameTest {
    private static final String HEADER = "806000010000000200000003";

    private static boolean isKeyFrame(VideoCodec codec, String payload) {
        ByteBuf buffer = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(HEADER + payload));
        RtpPacket packet = new RtpPacket();
        assertTrue(packet.wrap(buffer, 0, buffer.readableBytes()));
        return new VideoPayload().isKeyFrame(codec, packet, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "VP8, 10 00 00, true", // S, partition 0, P bit clear
        "VP8, 10 01 00, false", // inter frame
        "VP8, 00 00 00, false", // not the first packet
        "VP8, 11 00 00, false", // partition 1
        "VP8, 90 80 80 01 00, true", // with a 15-bit picture id
        "VP9, 08 00, true", // B, not predicted
        "VP9, 48 00, false", // P
        "VP9, 00 00, false", // no B
        "VP9, A8 01 02 00 00, false", // L with SID 1
        "VP9, A8 01 00 00 00, true", // L with SID 0
        "H264, 65 88, true", // IDR
        "H264, 67 42, true", // SPS
        "H264, 61 88, false", // slice
        "H264, 78 0001 09 0002 67 42, true", // STAP-A with access unit delimiter, then SPS
        "H264, 78 0002 61 88, false",
        "H264, 7c 85, true", // FU-A, start of IDR
        "H264, 7c 05, false", // FU-A, middle of IDR
        "H265, 26 01 00, true", // IDR_W_RADL
        "H265, 40 01 00, true", // VPS
        "H265, 02 01 00, false",
        "H265, 62 01 93, true", // fragment, start of type 19
        "H265, 62 01 13, false",
        "AV1, 18 00, true", // N
        "AV1, 10 00, false",
        "AV1, 98 00, false" // Z: continues an OBU
    })
    void keyFramesAreSeenAtTheirFirstPacket(VideoCodec codec, String hex, boolean expected) {
        assertEquals(expected, isKeyFrame(codec, hex.replace(" ", "")));
    }

    @Test
    void theDependencyDescriptorDecidesWhereItIs() {
        // one-byte extension 3 of four bytes: start of frame, structure present
        ByteBuf buffer =
                Unpooled.wrappedBuffer(
                        ByteBufUtil.decodeHexDump(
                                "906000010000000200000003"
                                        + "bede0002"
                                        + "3380000180000000"
                                        + "ffff"));
        RtpPacket packet = new RtpPacket();
        assertTrue(packet.wrap(buffer, 0, buffer.readableBytes()));

        assertTrue(new VideoPayload().isKeyFrame(VideoCodec.VP8, packet, 3));
        buffer.setByte(17, 0x00); // no start of frame
        assertFalse(new VideoPayload().isKeyFrame(VideoCodec.VP8, packet, 3));
    }

    @Test
    void vp8NumbersAreRewrittenInTheirWidth() {
        ByteBuf wide =
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("90e0ffff05" + "20" + "00"));
        Vp8Descriptor descriptor = new Vp8Descriptor();
        assertTrue(descriptor.wrap(wide, 0, 7));
        assertEquals(32767, descriptor.pictureId());

        descriptor.pictureId(0);
        descriptor.tl0PictureIndex(255);

        assertTrue(descriptor.wrap(wide, 0, 7));
        assertEquals(15, descriptor.pictureIdBits());
        assertEquals(0, descriptor.pictureId());
        assertEquals(255, descriptor.tl0PictureIndex());
    }

    @Test
    void redundantAudioHidesThePrimaryBehindItsBlocks() {
        // one redundant block of 3 bytes, then the primary of 2
        ByteBuf red =
                Unpooled.wrappedBuffer(
                        ByteBufUtil.decodeHexDump("ef00f003" + "6f" + "aaaaaa" + "bbbb"));

        assertEquals(8, RedPayload.primaryOffset(red, 0, 10));
        assertEquals(-1, RedPayload.primaryOffset(red, 0, 7));
        assertEquals(-1, RedPayload.primaryOffset(red, 0, 3));
        assertEquals(-1, RedPayload.primaryOffset(red, 0, 0));
    }
}
