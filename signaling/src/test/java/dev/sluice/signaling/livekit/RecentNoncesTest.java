package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class RecentNoncesTest {
    private final RecentNonces nonces = new RecentNonces();

    private static ByteString nonce(int number) {
        return ByteString.copyFromUtf8("nonce-" + number);
    }

    @Test
    void oneIsNewOnceAMinute() {
        assertTrue(nonces.add(0, nonce(1)));
        assertFalse(nonces.add(59_000, nonce(1)));
        assertTrue(nonces.add(59_000, nonce(2)));
        assertTrue(nonces.add(60_001, nonce(1)), "it was forgotten");
        assertFalse(nonces.add(60_002, nonce(2)));
    }

    @Test
    void manyPushTheOldestOut() {
        for (int i = 0; i < 10_001; i++) {
            assertTrue(nonces.add(i / 1_000, nonce(i)));
        }
        assertTrue(nonces.add(11, nonce(0)));
        assertFalse(nonces.add(11, nonce(10_000)));
    }
}
