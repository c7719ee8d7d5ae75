package dev.sluice.srtp.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * OpenSSL's libcrypto 3.x: the EVP cipher interface, and SHA-1 with states that can be copied.
 *
 * <p>Touch the class only after {@link NativeProbe} found the library.
 */
public final class LibCrypto {
    /** Bytes of {@code SHA_CTX}. */
    public static final int SHA1_BYTES = 96;

    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    private static final int TAG_LENGTH = 16;

    private static final NativeLibrary LIBRARY = new NativeLibrary("libcrypto.so.3");
    private static final MethodHandle NEW =
            LIBRARY.function("EVP_CIPHER_CTX_new", NativeLibrary.returns(JAVA_LONG, 0));
    private static final MethodHandle FREE =
            LIBRARY.function("EVP_CIPHER_CTX_free", NativeLibrary.takes(1));
    private static final MethodHandle ENCRYPT_INIT = evp("EVP_EncryptInit_ex", 5);
    private static final MethodHandle DECRYPT_INIT = evp("EVP_DecryptInit_ex", 5);
    private static final MethodHandle ENCRYPT_UPDATE = update("EVP_EncryptUpdate");
    private static final MethodHandle DECRYPT_UPDATE = update("EVP_DecryptUpdate");
    private static final MethodHandle ENCRYPT_FINAL = evp("EVP_EncryptFinal_ex", 3);
    private static final MethodHandle DECRYPT_FINAL = evp("EVP_DecryptFinal_ex", 3);
    private static final MethodHandle CONTROL =
            function("EVP_CIPHER_CTX_ctrl", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SHA1_INIT = evp("SHA1_Init", 1);
    private static final MethodHandle SHA1_UPDATE = evp("SHA1_Update", 3);
    private static final MethodHandle SHA1_FINAL = evp("SHA1_Final", 2);

    /** The ciphers: what {@code EVP_aes_128_gcm} and the like return. */
    public static final long AES_128_GCM = cipher("EVP_aes_128_gcm");

    public static final long AES_256_GCM = cipher("EVP_aes_256_gcm");
    public static final long AES_128_CTR = cipher("EVP_aes_128_ctr");

    private LibCrypto() {}

    private static MethodHandle evp(String name, int pointers) {
        return LIBRARY.function(
                name, NativeLibrary.returns(JAVA_INT, pointers), NativeLibrary.SHORT);
    }

    private static MethodHandle update(String name) {
        return function(name, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LIBRARY.function(
                name, FunctionDescriptor.of(JAVA_INT, arguments), NativeLibrary.SHORT);
    }

    private static long cipher(String name) {
        try {
            return (long) LIBRARY.function(name, NativeLibrary.returns(JAVA_LONG, 0)).invokeExact();
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    static String version() {
        try {
            long text =
                    (long)
                            LIBRARY.function(
                                            "OpenSSL_version",
                                            FunctionDescriptor.of(JAVA_LONG, JAVA_INT))
                                    .invokeExact(0);
            return NativeMemory.string(text);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return an {@code EVP_CIPHER_CTX} with its key set, to seal or to open
     */
    public static long newContext(long cipher, long key, boolean seals) {
        try {
            long context = (long) NEW.invokeExact();
            int done =
                    seals
                            ? (int) ENCRYPT_INIT.invokeExact(context, cipher, 0L, key, 0L)
                            : (int) DECRYPT_INIT.invokeExact(context, cipher, 0L, key, 0L);
            if (context == 0 || done != 1) {
                throw new IllegalStateException("libcrypto refused a key");
            }
            return context;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Frees a context; libcrypto erases its key. */
    public static void freeContext(long context) {
        try {
            FREE.invokeExact(context);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Seals one packet with GCM: {@code written} is room for an int, the tag has 16 bytes. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the C signatures
    public static boolean gcmSeal(
            long context,
            long iv,
            long aad,
            int aadLength,
            long in,
            long out,
            int length,
            long tag,
            long written) {
        try {
            return (int) ENCRYPT_INIT.invokeExact(context, 0L, 0L, 0L, iv) == 1
                    && (int) ENCRYPT_UPDATE.invokeExact(context, 0L, written, aad, aadLength) == 1
                    && (int) ENCRYPT_UPDATE.invokeExact(context, out, written, in, length) == 1
                    && (int) ENCRYPT_FINAL.invokeExact(context, out + length, written) == 1
                    && (int) CONTROL.invokeExact(context, GET_TAG, TAG_LENGTH, tag) == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Opens one packet with GCM. @return whether the tag was right */
    @SuppressWarnings("checkstyle:ParameterNumber") // the C signatures
    public static boolean gcmOpen(
            long context,
            long iv,
            long aad,
            int aadLength,
            long in,
            long out,
            int length,
            long tag,
            long written) {
        try {
            return (int) DECRYPT_INIT.invokeExact(context, 0L, 0L, 0L, iv) == 1
                    && (int) CONTROL.invokeExact(context, SET_TAG, TAG_LENGTH, tag) == 1
                    && (int) DECRYPT_UPDATE.invokeExact(context, 0L, written, aad, aadLength) == 1
                    && (int) DECRYPT_UPDATE.invokeExact(context, out, written, in, length) == 1
                    && (int) DECRYPT_FINAL.invokeExact(context, out + length, written) == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Applies the keystream of counter mode. */
    public static boolean counterMode(
            long context, long iv, long in, long out, int length, long written) {
        try {
            return (int) ENCRYPT_INIT.invokeExact(context, 0L, 0L, 0L, iv) == 1
                    && (int) ENCRYPT_UPDATE.invokeExact(context, out, written, in, length) == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Starts a SHA-1 state of {@link #SHA1_BYTES}. */
    public static void sha1Init(long state) {
        try {
            int done = (int) SHA1_INIT.invokeExact(state);
            assert done == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    public static void sha1Update(long state, long data, long length) {
        try {
            int done = (int) SHA1_UPDATE.invokeExact(state, data, length);
            assert done == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Writes the digest, 20 bytes. */
    public static void sha1Final(long digest, long state) {
        try {
            int done = (int) SHA1_FINAL.invokeExact(digest, state);
            assert done == 1;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }
}
