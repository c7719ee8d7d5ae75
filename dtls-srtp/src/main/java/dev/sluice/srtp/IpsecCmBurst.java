package dev.sluice.srtp;

import dev.sluice.srtp.ffi.IpsecMb;
import dev.sluice.srtp.ffi.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * Packets of many AES-CM peers that are encrypted together: alone a packet costs ten times as much.
 * They wait here until {@link #finish}; neither their sources nor their destinations may change
 * before.
 */
final class IpsecCmBurst {
    private static final int COUNTER_MODE = 2;
    private static final int ENCRYPT = 1;
    private static final int HMAC_SHA1 = 1;
    private static final int CIPHER_THEN_HASH = 1;
    private static final int COMPLETED = 3;

    // offsets in IMB_JOB
    private static final int ENC_KEYS = 0;
    private static final int DEC_KEYS = 8;
    private static final int KEY_LENGTH = 16;
    private static final int SOURCE = 24;
    private static final int DESTINATION = 32;
    private static final int CIPHER_OFFSET = 40;
    private static final int CIPHER_LENGTH = 48;
    private static final int HASH_OFFSET = 56;
    private static final int HASH_LENGTH = 64;
    private static final int IV = 72;
    private static final int IV_LENGTH = 80;
    private static final int TAG = 88;
    private static final int TAG_LENGTH = 96;
    private static final int INNER = 104;
    private static final int OUTER = 112;
    private static final int STATUS = 128;
    private static final int MODE = 132;
    private static final int DIRECTION = 136;
    private static final int HASH = 140;
    private static final int ORDER = 144;
    private static final int USER_DATA = 152;

    private static final int IV_BYTES = 16;

    /** What the library computes; 10 would be refused. */
    private static final int TAG_BYTES = 12;

    private static final int SIZE = IpsecMb.MAX_BURST;
    private static final long POINTERS = 8L * SIZE;
    private static final long IVS = POINTERS + 16L * SIZE;
    private static final long BYTES = IVS + 16L * SIZE;

    /** Below this many packets libcrypto is cheaper one by one. */
    private static final int WORTHWHILE = 4;

    private final long context = IpsecMb.newContext();
    private final long memory = NativeMemory.allocate(BYTES);
    private final @Nullable EvpCmCipher[] alone = new EvpCmCipher[SIZE];
    private int size;
    private boolean failed;

    /**
     * Adds a packet; header and ciphertext are to stand at {@code header} in a row, with room for
     * the tag behind them.
     */
    void add(IpsecCmCipher cipher, NativeJob at, CipherJob job) {
        if (size == SIZE) {
            run();
        }
        if (size == 0 && IpsecMb.nextBurst(context, SIZE, memory) != SIZE) {
            failed = true;
            return;
        }
        long iv = memory + POINTERS + (long) IV_BYTES * size;
        cipher.writeIv(iv, job.ssrc, job.index);
        // the rollover counter is hashed behind the packet, where the tag will be
        NativeMemory.putInt(at.tagAt, Integer.reverseBytes(job.trailer));
        long entry = NativeMemory.getLong(memory + 8L * size);
        NativeMemory.putLong(entry + ENC_KEYS, cipher.roundKeys());
        NativeMemory.putLong(entry + DEC_KEYS, cipher.roundKeys());
        NativeMemory.putLong(entry + KEY_LENGTH, 16);
        NativeMemory.putLong(entry + SOURCE, at.in);
        NativeMemory.putLong(entry + DESTINATION, at.out);
        NativeMemory.putLong(entry + CIPHER_OFFSET, 0);
        NativeMemory.putLong(entry + CIPHER_LENGTH, job.length);
        // hashed is source + offset, wherever the destination is: lead from one to the other
        NativeMemory.putLong(entry + HASH_OFFSET, at.header - at.in);
        NativeMemory.putLong(entry + HASH_LENGTH, job.headerLength + job.length + 4L);
        NativeMemory.putLong(entry + IV, iv);
        NativeMemory.putLong(entry + IV_LENGTH, IV_BYTES);
        NativeMemory.putLong(entry + TAG, memory + IVS + 16L * size);
        NativeMemory.putLong(entry + TAG_LENGTH, TAG_BYTES);
        NativeMemory.putLong(entry + INNER, cipher.innerState());
        NativeMemory.putLong(entry + OUTER, cipher.outerState());
        NativeMemory.putInt(entry + MODE, COUNTER_MODE);
        NativeMemory.putInt(entry + DIRECTION, ENCRYPT);
        NativeMemory.putInt(entry + HASH, HMAC_SHA1);
        NativeMemory.putInt(entry + ORDER, CIPHER_THEN_HASH);
        NativeMemory.putLong(entry + USER_DATA, at.tagAt);
        alone[size++] = cipher.alone();
    }

    /**
     * Encrypts everything added since the last time.
     *
     * @return false when a packet of them is not encrypted: none may be sent then
     */
    boolean finish() {
        if (size > 0) {
            run();
        }
        boolean good = !failed;
        failed = false;
        return good;
    }

    private void run() {
        if (size < WORTHWHILE && runOneByOne()) {
            size = 0;
            return;
        }
        int done = IpsecMb.submitBurst(context, size, memory);
        complete(done);
        while (done < size) {
            int more = IpsecMb.flushBurst(context, SIZE, memory);
            if (more == 0) {
                break;
            }
            complete(more);
            done += more;
        }
        failed |= done != size;
        size = 0;
    }

    /**
     * @return false with nothing done when libcrypto is not there
     */
    private boolean runOneByOne() {
        for (int i = 0; i < size; i++) {
            if (alone[i] == null) {
                return false;
            }
        }
        for (int i = 0; i < size; i++) {
            EvpCmCipher cipher = alone[i];
            long entry = NativeMemory.getLong(memory + 8L * i);
            if (cipher != null) {
                long in = NativeMemory.getLong(entry + SOURCE);
                long to = NativeMemory.getLong(entry + DESTINATION);
                int length = (int) NativeMemory.getLong(entry + CIPHER_LENGTH);
                cipher.encrypt(NativeMemory.getLong(entry + IV), in, to, length);
                cipher.tag(
                        in + NativeMemory.getLong(entry + HASH_OFFSET),
                        NativeMemory.getLong(entry + HASH_LENGTH),
                        NativeMemory.getLong(entry + USER_DATA));
            }
        }
        return true;
    }

    private void complete(int count) {
        for (int i = 0; i < count; i++) {
            long entry = NativeMemory.getLong(memory + 8L * i);
            failed |= NativeMemory.getInt(entry + STATUS) != COMPLETED;
            NativeJob.writeHmacTag(
                    NativeMemory.getLong(entry + TAG), NativeMemory.getLong(entry + USER_DATA));
        }
    }

    void close() {
        IpsecMb.freeContext(context);
        NativeMemory.free(memory, BYTES);
    }
}
