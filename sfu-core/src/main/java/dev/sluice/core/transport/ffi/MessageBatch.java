package dev.sluice.core.transport.ffi;

import dev.sluice.srtp.ffi.NativeMemory;

/**
 * Messages for one {@code sendmmsg}, as the kernel wants them. A message is one datagram, or a run
 * of equal ones in a row, of which the last may be shorter, that the kernel cuts apart ({@code
 * UDP_SEGMENT}). Offsets are those of 64-bit Linux.
 */
public final class MessageBatch {
    /** Messages of a batch. */
    public static final int SIZE = 64;

    private static final int MESSAGE = 64; // struct mmsghdr
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;

    private static final int VECTOR_BYTES = 16; // struct iovec
    private static final int CONTROL_BYTES = 24; // struct cmsghdr with a 16-bit number, aligned
    private static final long CONTROL_USED = 18;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    private static final long VECTORS = (long) SIZE * MESSAGE;
    private static final long CONTROLS = VECTORS + (long) SIZE * VECTOR_BYTES;
    private static final long NAMES = CONTROLS + (long) SIZE * CONTROL_BYTES;
    private static final long BYTES = NAMES + (long) SIZE * SocketAddressWords.BYTES;

    private final long memory = NativeMemory.allocate(BYTES);
    private final long[] data = new long[SIZE];
    private final int[] lengths = new int[SIZE];
    private final int[] segments = new int[SIZE];
    private int size;

    /** Writes what never changes. */
    public MessageBatch() {
        for (int i = 0; i < SIZE; i++) {
            long message = message(i);
            NativeMemory.putLong(message + NAME, name(i));
            NativeMemory.putLong(message + VECTOR, memory + VECTORS + (long) i * VECTOR_BYTES);
            NativeMemory.putLong(message + VECTOR_COUNT, 1);
            NativeMemory.putLong(message + CONTROL, control(i));
            NativeMemory.putLong(control(i), CONTROL_USED);
            NativeMemory.putInt(control(i) + 8, SOL_UDP);
            NativeMemory.putInt(control(i) + 12, UDP_SEGMENT);
        }
    }

    private long message(int i) {
        return memory + (long) i * MESSAGE;
    }

    private long control(int i) {
        return memory + CONTROLS + (long) i * CONTROL_BYTES;
    }

    private long name(int i) {
        return memory + NAMES + (long) i * SocketAddressWords.BYTES;
    }

    /** Adds a message of one datagram; there must be room. */
    public void add(long address, int length, SocketAddressWords to) {
        int i = size++;
        data[i] = address;
        lengths[i] = length;
        segments[i] = 0;
        to.write(name(i));
        long message = message(i);
        NativeMemory.putInt(message + NAME_LENGTH, to.length());
        NativeMemory.putLong(message + CONTROL_LENGTH, 0);
        writeVector(i);
    }

    /** Lengthens the last message by a datagram that stands right behind it. */
    public void extend(int length) {
        int i = size - 1;
        if (segments[i] == 0) {
            segment(i, lengths[i]);
        }
        lengths[i] += length;
        writeVector(i);
    }

    /** Adds a message of datagrams of {@code segment} bytes, the last maybe shorter; 0 for one. */
    public void addRun(long address, int length, int segment, SocketAddressWords to) {
        add(address, length, to);
        if (segment > 0) {
            segment(size - 1, segment);
        }
    }

    private void segment(int i, int bytes) {
        segments[i] = bytes;
        NativeMemory.putLong(message(i) + CONTROL_LENGTH, CONTROL_BYTES);
        NativeMemory.putInt(control(i) + 16, bytes);
    }

    private void writeVector(int i) {
        long vector = memory + VECTORS + (long) i * VECTOR_BYTES;
        NativeMemory.putLong(vector, data[i]);
        NativeMemory.putLong(vector + 8, lengths[i]);
    }

    public int size() {
        return size;
    }

    public long address(int i) {
        return data[i];
    }

    /**
     * @return bytes of the whole message
     */
    public int length(int i) {
        return lengths[i];
    }

    /**
     * @return bytes of each datagram of a run but the last, 0 for a single one
     */
    public int segment(int i) {
        return segments[i];
    }

    /**
     * @return datagrams that this message becomes
     */
    public int datagrams(int i) {
        return segments[i] == 0 ? 1 : (lengths[i] + segments[i] - 1) / segments[i];
    }

    long memory(int from) {
        return message(from);
    }

    public void clear() {
        size = 0;
    }

    public void close() {
        NativeMemory.free(memory, BYTES);
    }
}
