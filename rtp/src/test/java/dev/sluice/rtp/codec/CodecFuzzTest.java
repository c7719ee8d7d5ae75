package dev.sluice.rtp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.rtp.RtpPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever a payload says of itself, nothing is thrown and nothing beyond it is read. */
class CodecFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void vp8(byte[] bytes) {
        Vp8Descriptor vp8 = new Vp8Descriptor();
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes.clone());
        if (!vp8.wrap(buffer, 0, bytes.length)) {
            return;
        }
        assertTrue(vp8.length() > 0 && vp8.length() <= bytes.length);
        assertTrue(vp8.temporalId() <= 3);
        if (vp8.pictureIdBits() > 0) {
            int next = (vp8.pictureId() + 1) & ((1 << vp8.pictureIdBits()) - 1);
            int length = vp8.length();
            vp8.pictureId(next);
            assertTrue(vp8.wrap(buffer, 0, bytes.length));
            assertEquals(next, vp8.pictureId());
            assertEquals(length, vp8.length());
        }
    }

    @FuzzTest(maxDuration = "10m")
    void vp9(byte[] bytes) {
        Vp9Descriptor vp9 = new Vp9Descriptor();
        if (vp9.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length)) {
            assertTrue(vp9.spatialId() >= 0 && vp9.spatialId() <= 7);
            assertTrue(vp9.temporalId() >= 0 && vp9.temporalId() <= 7);
            assertTrue(vp9.pictureId() < 1 << 15);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void av1(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        boolean key = Av1Payload.isKeyFrame(buffer, 0, bytes.length);
        boolean structure = Av1Payload.hasStructure(buffer, 0, bytes.length);
        long size = Av1Payload.leb128(buffer, 0, bytes.length);
        assertTrue(bytes.length > 0 || !(key || structure));
        assertTrue(size < 1L << 56);
    }

    @FuzzTest(maxDuration = "10m")
    void h264AndH265(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        boolean key = H264Payload.isKeyFrame(buffer, 0, bytes.length);
        boolean key265 = H264Payload.isH265KeyFrame(buffer, 0, bytes.length);
        assertTrue(bytes.length > 0 || !(key || key265));
    }

    @FuzzTest(maxDuration = "10m")
    void red(byte[] bytes) {
        int at = RedPayload.primaryOffset(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
        assertTrue(at <= bytes.length);
    }

    /** Descriptors refer to the structure of an earlier one. */
    @FuzzTest(maxDuration = "10m")
    void dependencyDescriptors(FuzzedDataProvider data) {
        DependencyDescriptor descriptor = new DependencyDescriptor();
        for (int i = 0; i < 50 && data.remainingBytes() > 0; i++) {
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 200));
            if (!descriptor.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length)) {
                continue;
            }
            DependencyStructure structure = descriptor.structure();
            assertTrue(structure != null && descriptor.spatialId() <= 7);
            for (int diff = 0; diff < descriptor.frameDiffs(); diff++) {
                assertTrue(descriptor.frameDiff(diff) > 0);
            }
            for (int chain = 0; structure != null && chain < structure.chains(); chain++) {
                assertTrue(descriptor.chainDiff(chain) >= 0);
            }
            for (int target = 0; structure != null && target < structure.targets(); target++) {
                assertTrue(DecodeTarget.indication(descriptor.indications(), target) >= 0);
                assertTrue(structure.spatialOf(target) >= 0);
            }
        }
    }

    @FuzzTest(maxDuration = "10m")
    void marks(FuzzedDataProvider data) {
        VideoCodec codec = data.pickValue(VideoCodec.values());
        int id = data.consumeInt(0, 31);
        byte[] bytes = data.consumeRemainingAsBytes();
        RtpPacket packet = new RtpPacket();
        VideoPayload payload = new VideoPayload();
        if (packet.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length)) {
            int mark = payload.mark(codec, packet, id);
            assertTrue(FrameMark.spatial(mark) <= 7 && FrameMark.temporal(mark) <= 7);
            boolean said = packet.extensions().has(id); // a descriptor speaks for its payload
            boolean key = payload.isKeyFrame(codec, packet, id);
            assertTrue(packet.payloadLength() > 0 || said || !key);
        }
    }
}
