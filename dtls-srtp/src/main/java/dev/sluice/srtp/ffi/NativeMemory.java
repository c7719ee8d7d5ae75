package dev.sluice.srtp.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Raw memory by address. Nothing is checked here: whoever computes an address answers for it. All
 * numbers are in native order, which is little-endian wherever the native libraries run.
 */
@SuppressWarnings("restricted") // which is the point of this package
public final class NativeMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final long ALIGNMENT = 64;
    private static final MethodHandle ALLOCATE =
            system("aligned_alloc", NativeLibrary.returns(JAVA_LONG, 2));
    private static final MethodHandle FREE = system("free", NativeLibrary.takes(1));
    private static final AtomicInteger BLOCKS = new AtomicInteger();

    private NativeMemory() {}

    private static MethodHandle system(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /**
     * @param bytes a multiple of 64
     * @return address of zero bytes, aligned to 64; {@link #free} gives them back
     */
    public static long allocate(long bytes) {
        try {
            long address = (long) ALLOCATE.invokeExact(ALIGNMENT, bytes);
            if (address == 0) {
                throw new OutOfMemoryError("no native memory for " + bytes + " bytes");
            }
            ALL.asSlice(address, bytes).fill((byte) 0);
            BLOCKS.incrementAndGet();
            return address;
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /** Overwrites what {@link #allocate} gave with zeros, and gives it back; once. */
    public static void free(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
        BLOCKS.decrementAndGet();
        try {
            FREE.invokeExact(address);
        } catch (Throwable e) {
            throw NativeLibrary.broken(e);
        }
    }

    /**
     * @return blocks given and not yet taken back, for tests
     */
    public static int blocks() {
        return BLOCKS.get();
    }

    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address, value);
    }

    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    public static void put(long address, byte[] values) {
        MemorySegment.copy(values, 0, ALL, JAVA_BYTE, address, values.length);
    }

    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    static String string(long address) {
        return ALL.getString(address, StandardCharsets.US_ASCII);
    }
}
