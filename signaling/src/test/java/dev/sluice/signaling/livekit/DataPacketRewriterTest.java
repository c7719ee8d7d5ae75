package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import livekit.LivekitMetrics.MetricsBatch;
import livekit.LivekitModels.ActiveSpeakerUpdate;
import livekit.LivekitModels.ChatMessage;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DataStream;
import livekit.LivekitModels.RpcRequest;
import livekit.LivekitModels.Transcription;
import livekit.LivekitModels.UserPacket;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // older clients write these fields
class DataPacketRewriterTest {
    private final DataPacketRewriter rewriter = new DataPacketRewriter();

    private byte[] rewrite(byte[] bytes, boolean reliable, String identity, String sid) {
        ByteBuf packet = Unpooled.wrappedBuffer(bytes);
        assertTrue(rewriter.read(packet));
        ByteBuf out = rewriter.write(packet, reliable, identity, sid);
        byte[] written = ByteBufUtil.getBytes(out);
        out.release();
        return written;
    }

    private static UnknownFieldSet ofTheFuture(SplittableRandom random) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        90 + random.nextInt(1000),
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(random.nextLong())
                                .addFixed32(random.nextInt())
                                .addFixed64(random.nextLong())
                                .addLengthDelimited(text(random, 20))
                                .build())
                .build();
    }

    private static ByteString text(SplittableRandom random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return ByteString.copyFrom(text.toString(), StandardCharsets.UTF_8);
    }

    private static UserPacket user(SplittableRandom random) {
        UserPacket.Builder user =
                UserPacket.newBuilder()
                        .setParticipantIdentityBytes(text(random, 10))
                        .setParticipantSidBytes(text(random, 10))
                        .setPayload(text(random, 3_000))
                        .setUnknownFields(ofTheFuture(random));
        if (random.nextBoolean()) {
            user.setTopicBytes(text(random, 200));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            user.addDestinationIdentitiesBytes(text(random, 10));
        }
        return user.build();
    }

    private static DataPacket.Builder random(SplittableRandom random) {
        DataPacket.Builder packet =
                DataPacket.newBuilder()
                        .setKindValue(random.nextInt(2))
                        .setParticipantIdentityBytes(text(random, 20))
                        .setParticipantSidBytes(text(random, 20))
                        .setSequence(random.nextInt() >>> random.nextInt(32))
                        .setUnknownFields(ofTheFuture(random));
        for (int i = random.nextInt(3); i > 0; i--) {
            packet.addDestinationIdentitiesBytes(text(random, 10));
        }
        return switch (random.nextInt(4)) {
            case 0 ->
                    packet.setChatMessage(
                            ChatMessage.newBuilder().setMessageBytes(text(random, 300)));
            case 1 ->
                    packet.setRpcRequest(
                            RpcRequest.newBuilder().setPayloadBytes(text(random, 9_000)));
            case 2 ->
                    packet.setStreamChunk(
                            DataStream.Chunk.newBuilder().setContent(text(random, 15_000)));
            default -> packet.setUser(user(random));
        };
    }

    /** What the protobuf classes would make of it. */
    private static DataPacket expected(
            DataPacket packet, boolean reliable, String identity, String sid) {
        DataPacket.Builder expected =
                packet.toBuilder()
                        .setKind(reliable ? DataPacket.Kind.RELIABLE : DataPacket.Kind.LOSSY)
                        .setParticipantIdentity(identity)
                        .setParticipantSid(sid);
        if (packet.hasUser()) {
            UserPacket user = packet.getUser();
            expected.setUser(
                    user.toBuilder().setParticipantIdentity(identity).setParticipantSid(sid));
            if (packet.getDestinationIdentitiesCount() == 0) {
                expected.addAllDestinationIdentities(user.getDestinationIdentitiesList());
            }
        }
        return expected.build();
    }

    @Test
    void aThousandPacketsBecomeWhatTheProtobufClassesMakeOfThem()
            throws InvalidProtocolBufferException {
        for (int seed = 0; seed < 1_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            DataPacket packet = random(random).build();
            boolean reliable = random.nextBoolean();
            String identity = seed % 10 == 0 ? "" : "grüße-" + seed;
            String sid = seed % 10 == 0 ? "" : "PA_" + seed;
            byte[] out = rewrite(packet.toByteArray(), reliable, identity, sid);
            assertEquals(expected(packet, reliable, identity, sid), DataPacket.parseFrom(out));
            assertEquals(packet.getSequence(), rewriter.sequence());
        }
    }

    @Test
    void destinationsAreNamesAndIdsOfEitherPlace() {
        DataPacket packet =
                DataPacket.newBuilder()
                        .addDestinationIdentities("ann")
                        .setUser(
                                UserPacket.newBuilder()
                                        .addDestinationIdentities("bob")
                                        .addDestinationSids("PA_1"))
                        .build();
        assertTrue(rewriter.read(Unpooled.wrappedBuffer(packet.toByteArray())));
        assertEquals(Set.of("ann", "bob", "PA_1"), rewriter.destinations());
        DataPacket all = DataPacket.newBuilder().setUser(UserPacket.getDefaultInstance()).build();
        assertTrue(rewriter.read(Unpooled.wrappedBuffer(all.toByteArray())));
        assertEquals(Set.of(), rewriter.destinations());
    }

    @Test
    void aUserMessageShowsItsPayloadAndTopic() {
        DataPacket packet =
                DataPacket.newBuilder()
                        .setUser(
                                UserPacket.newBuilder()
                                        .setTopic("game")
                                        .setPayload(ByteString.copyFromUtf8("left")))
                        .build();
        ByteBuf bytes = Unpooled.wrappedBuffer(packet.toByteArray());
        assertTrue(rewriter.read(bytes));
        assertTrue(rewriter.isUser());
        assertEquals("game", rewriter.topic());
        assertEquals("left", rewriter.payload(bytes).toString(StandardCharsets.UTF_8));
        bytes = Unpooled.wrappedBuffer(new byte[0]);
        assertTrue(rewriter.read(bytes));
        assertFalse(rewriter.isUser());
    }

    @Test
    void whatOnlyTheServerSaysIsRefused() {
        byte[] speakers =
                DataPacket.newBuilder()
                        .setSpeaker(ActiveSpeakerUpdate.getDefaultInstance())
                        .build()
                        .toByteArray();
        byte[] metrics =
                DataPacket.newBuilder()
                        .setMetrics(MetricsBatch.getDefaultInstance())
                        .build()
                        .toByteArray();
        assertFalse(rewriter.read(Unpooled.wrappedBuffer(speakers)));
        assertFalse(rewriter.read(Unpooled.wrappedBuffer(metrics)));
        byte[] words =
                DataPacket.newBuilder()
                        .setTranscription(Transcription.getDefaultInstance())
                        .build()
                        .toByteArray();
        assertTrue(rewriter.read(Unpooled.wrappedBuffer(words)));
        assertTrue(rewriter.isTranscription());
    }

    @Test
    void tooManyDestinationsAreRefused() {
        DataPacket.Builder packet = DataPacket.newBuilder();
        for (int i = 0; i < 1_001; i++) {
            packet.addDestinationIdentities("somebody-" + i);
        }
        assertFalse(rewriter.read(Unpooled.wrappedBuffer(packet.build().toByteArray())));
    }

    /** Whatever is accepted is a packet for the protobuf classes, too. */
    @Test
    void bytesThatAreNoPacketAreRefusedAndNothingIsThrown() throws InvalidProtocolBufferException {
        SplittableRandom random = new SplittableRandom(3);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = random(random).build().toByteArray();
            for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
                bytes[random.nextInt(Math.min(bytes.length, 60))] = (byte) random.nextInt();
            }
            ByteBuf packet = Unpooled.wrappedBuffer(bytes, 0, random.nextInt(bytes.length + 1));
            if (rewriter.read(packet)) {
                accepted++;
                rewriter.write(packet, true, "a", "b").release();
            }
        }
        assertTrue(accepted > 100, () -> "so that something is shown");
    }
}
