package dev.sluice.srtp.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * Intel's Multi-Buffer Crypto for IPsec, versions 1.3 to 2.x. GCM goes packet by packet through the
 * function pointers that the library chose for this CPU; counter mode with HMAC-SHA1 goes in
 * bursts. Offsets are those of {@code IMB_MGR} and {@code IMB_JOB} in {@code intel-ipsec-mb.h}, the
 * same in 1.3, 1.4, 1.5, 2.0 and 2.0.1.
 *
 * <p>Touch the class only after {@link NativeProbe} found the library.
 */
public final class IpsecMb {
    /** Bytes to set aside for {@code gcm_key_data}: 1,008 in 1.3, 1,264 since 1.4. */
    public static final int GCM_KEY_BYTES = 2048;

    /** Bytes to set aside for {@code gcm_context_data}: 88. */
    public static final int GCM_CONTEXT_BYTES = 256;

    /** Most jobs of a burst. */
    public static final int MAX_BURST = 128;

    static final int OLDEST = 0x10300;
    static final int TOO_NEW = 0x30000;

    private static final int KEYEXP_128 = 112;
    private static final int SHA1_ONE_BLOCK = 160;
    private static final int GCM128_ENC = 256;
    private static final int GCM256_ENC = 272;
    private static final int GCM128_DEC = 280;
    private static final int GCM256_DEC = 296;
    private static final int GCM128_PRE = 448;
    private static final int GCM256_PRE = 464;
    private static final int GET_NEXT_BURST = 952;
    private static final int SUBMIT_BURST = 960;
    private static final int FLUSH_BURST = 976;

    private static final NativeLibrary LIBRARY =
            new NativeLibrary("libIPSec_MB.so.1", "libIPSec_MB.so.2");
    private static final MethodHandle ALLOC =
            LIBRARY.function("alloc_mb_mgr", NativeLibrary.returns(JAVA_LONG, 1));
    private static final MethodHandle INIT =
            LIBRARY.function("init_mb_mgr_auto", NativeLibrary.takes(2));
    private static final MethodHandle FREE =
            LIBRARY.function("free_mb_mgr", NativeLibrary.takes(1));

    private static final long POINTERS = newContext();
    private static final MethodHandle SEAL_128 = gcm(GCM128_ENC, 10);
    private static final MethodHandle SEAL_256 = gcm(GCM256_ENC, 10);
    private static final MethodHandle OPEN_128 = gcm(GCM128_DEC, 10);
    private static final MethodHandle OPEN_256 = gcm(GCM256_DEC, 10);
    private static final MethodHandle KEY_128 = gcm(GCM128_PRE, 2);
    private static final MethodHandle KEY_256 = gcm(GCM256_PRE, 2);
    private static final MethodHandle EXPAND = gcm(KEYEXP_128, 3);
    private static final MethodHandle SHA1 = gcm(SHA1_ONE_BLOCK, 2);
    private static final MethodHandle NEXT_BURST = burst(GET_NEXT_BURST);
    private static final MethodHandle SUBMIT = burst(SUBMIT_BURST);
    private static final MethodHandle FLUSH = burst(FLUSH_BURST);

    private IpsecMb() {}

    private static MethodHandle gcm(int offset, int arguments) {
        return NativeLibrary.at(
                NativeMemory.getLong(POINTERS + offset),
                NativeLibrary.takes(arguments),
                NativeLibrary.SHORT);
    }

    private static MethodHandle burst(int offset) {
        return NativeLibrary.at(
                NativeMemory.getLong(POINTERS + offset),
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
    }

    static int version() {
        try {
            return (int)
                    LIBRARY.function("imb_get_version", FunctionDescriptor.of(JAVA_INT))
                            .invokeExact();
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return an {@code IMB_MGR}, the state of one thread; {@link #freeContext} ends it
     */
    public static long newContext() {
        try {
            long context = (long) ALLOC.invokeExact(0L);
            if (context == 0) {
                throw new UnsupportedOperationException("no memory for ipsec-mb");
            }
            INIT.invokeExact(context, 0L);
            return context;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    public static void freeContext(long context) {
        try {
            FREE.invokeExact(context);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Expands an AES key of 16 or 32 bytes for GCM. */
    public static void gcmKey(boolean aes256, long key, long expanded) {
        try {
            if (aes256) {
                KEY_256.invokeExact(key, expanded);
            } else {
                KEY_128.invokeExact(key, expanded);
            }
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Seals one packet; the tag has 16 bytes, the IV 12. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the C signature
    public static void gcmSeal(
            boolean aes256,
            long key,
            long context,
            long out,
            long in,
            long length,
            long iv,
            long aad,
            long aadLength,
            long tag) {
        try {
            if (aes256) {
                SEAL_256.invokeExact(key, context, out, in, length, iv, aad, aadLength, tag, 16L);
            } else {
                SEAL_128.invokeExact(key, context, out, in, length, iv, aad, aadLength, tag, 16L);
            }
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Decrypts one packet and computes its tag, which the caller compares. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the C signature
    public static void gcmOpen(
            boolean aes256,
            long key,
            long context,
            long out,
            long in,
            long length,
            long iv,
            long aad,
            long aadLength,
            long tag) {
        try {
            if (aes256) {
                OPEN_256.invokeExact(key, context, out, in, length, iv, aad, aadLength, tag, 16L);
            } else {
                OPEN_128.invokeExact(key, context, out, in, length, iv, aad, aadLength, tag, 16L);
            }
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Expands an AES-128 key for counter mode; both results take 176 bytes. */
    public static void expandKey(long key, long encrypt, long decrypt) {
        try {
            EXPAND.invokeExact(key, encrypt, decrypt);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** SHA-1 state of 20 bytes after one block of 64. */
    public static void sha1Block(long block, long state) {
        try {
            SHA1.invokeExact(block, state);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return how many pointers to {@code IMB_JOB} were written to {@code jobs}
     */
    public static int nextBurst(long context, int count, long jobs) {
        try {
            return (int) NEXT_BURST.invokeExact(context, count, jobs);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return jobs completed, written to {@code jobs}; 0 and nothing done when one is not valid
     */
    public static int submitBurst(long context, int count, long jobs) {
        try {
            return (int) SUBMIT.invokeExact(context, count, jobs);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return further jobs completed, written to {@code jobs}
     */
    public static int flushBurst(long context, int count, long jobs) {
        try {
            return (int) FLUSH.invokeExact(context, count, jobs);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }
}
