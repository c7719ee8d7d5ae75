package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;

/** Builds one packet after the other in the same memory: chunks, padding, checksum. */
final class PacketWriter {
    /** Bytes of a packet at most: with DTLS around it, it fits where datagrams fit. */
    static final int SIZE = 1188;

    private final SctpSink sink;
    private final Crc32c crc;
    private final ByteBuf packet;
    private final int port;
    private int chunk;

    /**
     * @param scratch memory of at least {@link #SIZE} bytes, shared by all of a worker
     */
    PacketWriter(SctpSink sink, Crc32c crc, ByteBuf scratch, int port) {
        this.sink = sink;
        this.crc = crc;
        this.packet = scratch;
        this.port = port;
    }

    void begin(int tag) {
        packet.setIndex(0, 0);
        packet.writeShort(port).writeShort(port).writeInt(tag).writeInt(0);
    }

    boolean isEmpty() {
        return packet.writerIndex() == PacketView.HEADER;
    }

    /**
     * @return bytes that a further chunk may have, its header included
     */
    int room() {
        return SIZE - packet.writerIndex();
    }

    /** Begins a chunk. @return where its value is to be written */
    ByteBuf chunk(int type, int flags) {
        chunk = packet.writerIndex();
        return packet.writeByte(type).writeByte(flags).writeShort(0);
    }

    /** Ends it. */
    void end() {
        int length = packet.writerIndex() - chunk;
        packet.setShort(chunk + 2, length);
        packet.writeZero(-length & 3);
    }

    /** A chunk without a value. */
    void empty(int type, int flags) {
        chunk(type, flags);
        end();
    }

    /**
     * Sends what was built.
     *
     * @param checked false when the peer does without a checksum (RFC 9653)
     */
    void send(boolean checked) {
        int length = packet.writerIndex();
        if (checked) {
            packet.setInt(Crc32c.AT, crc.of(packet, 0, length));
        }
        sink.packet(packet);
    }
}
