package dev.sluice.srtp.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    @Test
    void aLibraryThatIsNotThereIsNamed() {
        UnsupportedOperationException refused =
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> new NativeLibrary("libnosuch.so.9", "libnosuch.so.8"));

        assertEquals("libnosuch.so.9 not found", refused.getMessage());
    }

    @Test
    void memoryIsZeroAlignedAndCounted() {
        int before = NativeMemory.blocks();
        long address = NativeMemory.allocate(128);

        assertEquals(0, address & 63);
        assertEquals(0, NativeMemory.getLong(address + 120));
        assertEquals(before + 1, NativeMemory.blocks());
        NativeMemory.free(address, 128);
        assertEquals(before, NativeMemory.blocks());
    }
}
