package dev.sluice.rtp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Where the header extension elements of one packet are (RFC 8285 §4.2 one-byte form, §4.3 two-byte
 * form). Located once per packet, asked for by id afterwards. Ids above {@link #MAX_ID} are
 * skipped.
 *
 * <pre>
 *  0xBEDE | length in words      one-byte form:  ID(4) len−1(4) data…   id 0 = padding, 15 = stop
 *  0x100x | length in words      two-byte form:  ID(8) len(8)   data…   id 0 = padding
 * </pre>
 */
public final class HeaderExtensions {
    /** The largest id that is looked up: browsers stay below it. */
    public static final int MAX_ID = 31;

    static final int ONE_BYTE_PROFILE = 0xBEDE;
    private static final int TWO_BYTE_PROFILE = 0x1000;
    private static final int STOP_ID = 15;

    private final int[] offsets = new int[MAX_ID + 1];
    private final int[] lengths = new int[MAX_ID + 1];
    private int present;

    void clear() {
        if (present != 0) {
            Arrays.fill(offsets, -1);
            present = 0;
        }
    }

    /**
     * @return whether the elements lie inside {@code length} bytes behind the extension header
     */
    boolean locate(ByteBuf buffer, int profile, int offset, int length) {
        clear();
        if (profile == ONE_BYTE_PROFILE) {
            return locateOneByte(buffer, offset, offset + length);
        }
        if ((profile & 0xFFF0) == TWO_BYTE_PROFILE) {
            return locateTwoByte(buffer, offset, offset + length);
        }
        return true; // another profile: no elements that we know
    }

    private boolean locateOneByte(ByteBuf buffer, int start, int end) {
        int at = start;
        while (at < end) {
            int head = buffer.getUnsignedByte(at++);
            if (head == 0) {
                continue;
            }
            int id = head >>> 4;
            if (id == STOP_ID) {
                return true;
            }
            int length = (head & 0x0F) + 1;
            if (at + length > end) {
                return false;
            }
            if (id != 0) {
                put(id, at, length);
            }
            at += length;
        }
        return true;
    }

    private boolean locateTwoByte(ByteBuf buffer, int start, int end) {
        int at = start;
        while (at < end) {
            int id = buffer.getUnsignedByte(at++);
            if (id == 0) {
                continue;
            }
            if (at >= end) {
                return false;
            }
            int length = buffer.getUnsignedByte(at++);
            if (at + length > end) {
                return false;
            }
            if (id <= MAX_ID) {
                put(id, at, length);
            }
            at += length;
        }
        return true;
    }

    private void put(int id, int offset, int length) {
        if (present == 0) {
            Arrays.fill(offsets, -1);
        }
        if ((present & (1 << id)) == 0) { // the first one counts
            present |= 1 << id;
            offsets[id] = offset;
            lengths[id] = length;
        }
    }

    /**
     * @return whether an element with this id is there; ids outside 1…{@link #MAX_ID} are not
     */
    public boolean has(int id) {
        return id > 0 && id <= MAX_ID && (present & (1 << id)) != 0;
    }

    /**
     * @return the buffer index of the element's data; only after {@link #has}
     */
    public int offset(int id) {
        return offsets[id];
    }

    /**
     * @return the length of the element's data in bytes; only after {@link #has}
     */
    public int length(int id) {
        return lengths[id];
    }
}
