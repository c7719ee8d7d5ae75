package dev.sluice.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A peer that knows the tag and the checksum, and nothing else of manners. */
class HostilePacketsTest {
    private static final int ROUNDS = 60_000;
    private static final int[] TYPES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 0x40, 0x82, 0xC0};

    private final Crc32c crc = new Crc32c();

    private ByteBuf packet(SplittableRandom random, int tag, long tsn) {
        ByteBuf packet = Unpooled.buffer();
        packet.writeShort(5000).writeShort(5000).writeInt(tag).writeInt(0);
        int chunks = random.nextInt(1, 6);
        for (int i = 0; i < chunks; i++) {
            int type = TYPES[random.nextInt(TYPES.length)];
            if (type == Chunk.ABORT || type == Chunk.SHUTDOWN_COMPLETE) {
                type = Chunk.DATA;
            }
            int length = random.nextInt(random.nextInt(8) == 0 ? 400 : 40);
            int said = random.nextInt(20) == 0 ? random.nextInt(65_536) : length + 4;
            packet.writeByte(type).writeByte(random.nextInt(16)).writeShort(said);
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            packet.writeBytes(bytes);
            boolean near = length >= 8 && random.nextBoolean();
            if (near) { // numbers that are worth looking at
                int at = packet.writerIndex() - length;
                packet.setInt(at, (int) tsn + random.nextInt(-10, 5000));
                packet.setShort(at + 4, random.nextInt(4));
            }
            packet.writeZero(-packet.writerIndex() & 3);
        }
        packet.setInt(Crc32c.AT, crc.of(packet, 0, packet.writerIndex()));
        return packet;
    }

    @Test
    void randomChunksBreakNothingAndCostLittle() {
        for (int seed = 0; seed < 8; seed++) {
            Pair pair = new Pair(seed);
            pair.connect().run(Pair.SECOND);
            pair.one.reads = seed % 2 == 0;
            SplittableRandom random = new SplittableRandom(seed);
            int taken = 0;
            for (int i = 0; i < ROUNDS / 8; i++) {
                ByteBuf packet = packet(random, Pair.tagOf(pair), random.nextInt());
                taken += pair.one.association.onPacket(pair.nowNanos, packet) ? 1 : 0;
                pair.one.association.flush(pair.nowNanos);
                pair.nowNanos += Pair.MILLISECOND;
            }
            assertTrue(taken > ROUNDS / 80 || !pair.one.events.isEmpty(), taken + " were taken");
            assertEquals(0, pair.close(), "nothing is left");
        }
    }

    @Test
    void fragmentsWithoutAnEndFillAWindowAndNoMore() {
        Pair pair = new Pair(3);
        pair.connect().run(Pair.SECOND);
        int first = Pair.tsnOf(pair);
        for (int i = 0; i < 20_000; i++) {
            ByteBuf packet = Unpooled.buffer();
            packet.writeShort(5000).writeShort(5000).writeInt(Pair.tagOf(pair)).writeInt(0);
            packet.writeByte(Chunk.DATA).writeByte(Chunk.BEGIN).writeShort(17);
            packet.writeInt(first + i).writeShort(1).writeShort(0).writeInt(53).writeByte(7);
            packet.writeZero(3);
            packet.setInt(Crc32c.AT, crc.of(packet, 0, packet.writerIndex()));
            pair.one.association.onPacket(pair.nowNanos, packet);
        }
        long buffers = pair.buffers();
        assertTrue(
                buffers <= 1.1 * Inbound.WINDOW / (Reassembly.FRAGMENT_COST + 1) + 2,
                buffers + " fragments are kept");
        assertEquals(0, pair.close());
    }

    @Test
    void anInitOfSomebodyElseChangesNothing() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        long before = pair.one.sent;
        for (int i = 0; i < 1_000; i++) {
            ByteBuf init = Unpooled.buffer();
            init.writeShort(5000).writeShort(5000).writeInt(0).writeInt(0);
            init.writeByte(Chunk.INIT).writeByte(0).writeShort(20).writeInt(1234 + i);
            init.writeInt(5000).writeShort(10).writeShort(10).writeInt(77);
            init.setInt(Crc32c.AT, crc.of(init, 0, init.writerIndex()));
            pair.one.association.onPacket(pair.nowNanos, init);
            pair.one.association.flush(pair.nowNanos);
        }
        assertEquals(before, pair.one.sent, "not even an answer");
        pair.two.send(1, new byte[10], Reliability.RELIABLE);
        pair.run(Pair.SECOND);
        assertEquals(1, pair.one.messages.size());
        assertEquals(List.of(), pair.one.events);
    }

    @Test
    void acknowledgingWhatWasNeverSentEndsIt() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        ByteBuf sack = Unpooled.buffer();
        sack.writeShort(5000).writeShort(5000).writeInt(Pair.tagOf(pair)).writeInt(0);
        SplittableRandom own = new SplittableRandom(pair.seed() + 1);
        own.nextInt();
        sack.writeByte(Chunk.SACK).writeByte(0).writeShort(16).writeInt(own.nextInt() + 100);
        sack.writeInt(5000).writeInt(0);
        sack.setInt(Crc32c.AT, crc.of(sack, 0, sack.writerIndex()));
        assertTrue(pair.one.association.onPacket(pair.nowNanos, sack));
        assertEquals(List.of("PROTOCOL_VIOLATION"), pair.one.events);
        assertFalse(pair.one.association.onPacket(pair.nowNanos, sack));
    }

    @Test
    void aWrongTagOrChecksumIsRefused() {
        Pair pair = new Pair(1);
        pair.connect().run(Pair.SECOND);
        ByteBuf ack = Unpooled.buffer();
        ack.writeShort(5000).writeShort(5000).writeInt(Pair.tagOf(pair) + 1).writeInt(0);
        ack.writeByte(Chunk.ABORT).writeByte(0).writeShort(4);
        ack.setInt(Crc32c.AT, crc.of(ack, 0, ack.writerIndex()));
        assertFalse(pair.one.association.onPacket(pair.nowNanos, ack));
        ack.setInt(4, Pair.tagOf(pair)).setInt(Crc32c.AT, 1);
        assertFalse(pair.one.association.onPacket(pair.nowNanos, ack));
        assertEquals(List.of(), pair.one.events);
    }
}
