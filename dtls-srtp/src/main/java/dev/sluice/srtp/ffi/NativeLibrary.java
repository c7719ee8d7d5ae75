package dev.sluice.srtp.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds functions of one shared library. Pointers and sizes are described as 64-bit numbers. */
@SuppressWarnings("restricted") // which is the point of this package
final class NativeLibrary {
    /** Skips the change of thread state: only for calls of a few microseconds that never block. */
    static final Linker.Option SHORT = Linker.Option.critical(false);

    private static final Linker LINKER = Linker.nativeLinker();

    private final SymbolLookup symbols;

    /**
     * Loads the first of these that the system has.
     *
     * @throws UnsupportedOperationException when it has none, or native access is refused
     */
    NativeLibrary(String... names) {
        SymbolLookup found = null;
        for (int i = 0; i < names.length && found == null; i++) {
            found = lookup(names[i]);
        }
        if (found == null) {
            throw new UnsupportedOperationException(names[0] + " not found");
        }
        symbols = found;
    }

    private static @Nullable SymbolLookup lookup(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException | IllegalCallerException e) {
            return null; // not there, or not allowed
        }
    }

    MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment address =
                symbols.find(name)
                        .orElseThrow(() -> new UnsupportedOperationException(name + " is missing"));
        return LINKER.downcallHandle(address, type, options);
    }

    static MethodHandle at(long address, FunctionDescriptor type, Linker.Option... options) {
        if (address == 0) {
            throw new UnsupportedOperationException("a function pointer is empty");
        }
        return LINKER.downcallHandle(MemorySegment.ofAddress(address), type, options);
    }

    /** A function of {@code count} pointers or sizes. */
    static FunctionDescriptor takes(int count) {
        return FunctionDescriptor.ofVoid(longs(count));
    }

    static FunctionDescriptor returns(MemoryLayout result, int count) {
        return FunctionDescriptor.of(result, longs(count));
    }

    private static MemoryLayout[] longs(int count) {
        MemoryLayout[] layouts = new MemoryLayout[count];
        Arrays.fill(layouts, JAVA_LONG);
        return layouts;
    }

    /** What a call that cannot fail threw. */
    static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("a native call failed", cause);
    }
}
