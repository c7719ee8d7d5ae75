package dev.sluice.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Bytes of a peer in whatever order. Nothing may be thrown, no buffer be left, and no more be kept
 * than a window. Seeds run in every build; {@code JAZZER_FUZZ=1} looks for more (docs/testing.md).
 */
class AssociationFuzzTest {
    private static final int[] TYPES = {
        Chunk.DATA,
        Chunk.INIT,
        Chunk.INIT_ACK,
        Chunk.SACK,
        Chunk.HEARTBEAT,
        Chunk.HEARTBEAT_ACK,
        Chunk.ABORT,
        Chunk.SHUTDOWN,
        Chunk.COOKIE_ECHO,
        Chunk.COOKIE_ACK,
        Chunk.SHUTDOWN_COMPLETE,
        Chunk.RE_CONFIG,
        Chunk.FORWARD_TSN,
        9,
        0x40,
        0xFF
    };

    private static final int MOST_STEPS = 400;

    private final Crc32c crc = new Crc32c();

    /** As it stands on the wire; the first byte says how far the handshake came. */
    @FuzzTest(maxDuration = "10m")
    void anyPacket(byte[] bytes) {
        Pair pair = new Pair(1);
        pair.connect();
        if (bytes.length > 0 && bytes[0] % 2 == 0) {
            pair.run(Pair.SECOND);
        }
        int from = Math.min(1, bytes.length);
        ByteBuf packet = Unpooled.wrappedBuffer(bytes, from, bytes.length - from);
        pair.one.association.onPacket(pair.nowNanos, packet);
        pair.one.association.flush(pair.nowNanos);
        pair.run(Pair.SECOND);
        assertEquals(0, pair.close(), "nothing is left");
    }

    /** Chunks with the right tag and checksum, in between whatever else happens. */
    @FuzzTest(maxDuration = "10m")
    void anyChunks(FuzzedDataProvider data) {
        Pair pair = new Pair(1);
        pair.connect();
        if (data.consumeBoolean()) {
            pair.run(Pair.SECOND);
        }
        pair.one.reads = data.consumeBoolean();
        for (int i = 0; i < MOST_STEPS && data.remainingBytes() > 0; i++) {
            step(pair, data);
            long most = (long) (1.1 * Inbound.WINDOW / (Reassembly.FRAGMENT_COST + 1)) + 100;
            assertTrue(pair.buffers() <= most + MOST_STEPS, () -> pair.buffers() + " are kept");
        }
        pair.run(2 * Pair.SECOND);
        assertEquals(0, pair.close(), "nothing is left");
    }

    private void step(Pair pair, FuzzedDataProvider data) {
        Association one = pair.one.association;
        int stream = data.consumeInt(0, 5);
        switch (data.consumeInt(0, 7)) {
            case 0 -> {
                boolean ordered = data.consumeBoolean();
                int retransmits = data.consumeInt(-1, 2);
                int lifetime = data.consumeInt(-1, 3);
                Reliability how = new Reliability(ordered, retransmits, lifetime);
                pair.one.send(stream, new byte[data.consumeInt(1, 5_000)], how);
            }
            case 1 -> one.resetStreams(new int[] {stream}, data.consumeBoolean());
            case 2 -> pair.run(data.consumeInt(0, 3_000) * Pair.MILLISECOND);
            case 3 -> one.consumed(pair.nowNanos, data.consumeInt(0, 100_000));
            case 4 -> one.drop(stream, data.consumeInt(0, 3));
            default -> one.onPacket(pair.nowNanos, packet(pair, data));
        }
        one.flush(pair.nowNanos);
    }

    private ByteBuf packet(Pair pair, FuzzedDataProvider data) {
        int type = data.pickValue(TYPES);
        int tag = type == Chunk.INIT ? 0 : Pair.tagOf(pair);
        ByteBuf packet = Unpooled.buffer();
        packet.writeShort(5000).writeShort(5000).writeInt(tag).writeInt(0);
        for (int chunks = data.consumeInt(1, 4); chunks > 0; chunks--) {
            byte[] bytes = data.consumeBytes(data.consumeInt(0, 200));
            boolean lies = data.consumeInt(0, 15) == 0;
            int said = lies ? data.consumeInt(0, 65_535) : bytes.length + 4;
            packet.writeByte(type).writeByte(data.consumeByte()).writeShort(said);
            packet.writeBytes(bytes);
            if (bytes.length >= 4 && data.consumeBoolean()) { // a number near what is expected
                int near = Pair.tsnOf(pair) + data.consumeInt(-10, 5_000);
                packet.setInt(packet.writerIndex() - bytes.length, near);
            }
            packet.writeZero(-packet.writerIndex() & 3);
            type = data.pickValue(TYPES);
        }
        packet.setInt(Crc32c.AT, crc.of(packet, 0, packet.writerIndex()));
        return packet;
    }

    /** A cookie that somebody else made is never taken. */
    @FuzzTest(maxDuration = "10m")
    void anyCookie(byte[] bytes) {
        StateCookie cookies = new StateCookie(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        ByteBuf cookie = Unpooled.wrappedBuffer(bytes);
        assertTrue(cookies.read(Pair.SECOND, 7, cookie, 0, bytes.length) == null);
    }

    /** Parameters are read to the end of the chunk and not beyond. */
    @FuzzTest(maxDuration = "10m")
    void anyParameters(byte[] bytes) {
        ByteBuf chunk = Unpooled.wrappedBuffer(bytes);
        ParameterCursor parameters = new ParameterCursor(chunk, 0, bytes.length);
        while (parameters.next()) {
            assertTrue(parameters.at() + parameters.length() <= bytes.length);
            assertTrue(parameters.type() >= 0);
        }
    }
}
