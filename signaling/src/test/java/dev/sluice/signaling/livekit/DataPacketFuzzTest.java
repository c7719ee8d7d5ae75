package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import livekit.LivekitModels.DataPacket;

class DataPacketFuzzTest {
    /** A packet that is passed on names its sender as the server knows it, whatever was in it. */
    @FuzzTest(maxDuration = "10m")
    @SuppressWarnings("deprecation") // older clients read these fields
    void anyPacket(byte[] bytes) {
        DataPacketRewriter rewriter = new DataPacketRewriter();
        ByteBuf packet = Unpooled.wrappedBuffer(bytes);
        if (!rewriter.read(packet)) {
            return;
        }
        ByteBuf out = rewriter.write(packet, true, "me", "PA_me");
        try {
            DataPacket read = DataPacket.parseFrom(ByteBufUtil.getBytes(out));
            assertEquals("me", read.getParticipantIdentity());
            assertEquals("PA_me", read.getParticipantSid());
            if (read.hasUser()) {
                assertEquals("me", read.getUser().getParticipantIdentity());
                assertEquals("PA_me", read.getUser().getParticipantSid());
            }
        } catch (InvalidProtocolBufferException e) {
            return; // receivers refuse it, too: nobody is deceived
        } finally {
            out.release();
        }
    }
}
