package dev.sluice.dtls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;

class DtlsRecordFilterFuzzTest {
    private static final int MOST_DECLARED = 32 << 10;

    /** Datagrams one after the other, before and after the handshake. */
    @FuzzTest(maxDuration = "10m")
    void anySequence(FuzzedDataProvider data) {
        DtlsRole role = data.pickValue(DtlsRole.values());
        DtlsRecordFilter filter = new DtlsRecordFilter(role);
        if (data.consumeBoolean()) {
            filter.expectData();
        }
        long nowNanos = 0;
        long accepted = 0;
        for (int i = 0; i < 300 && data.remainingBytes() > 0; i++) {
            nowNanos += data.consumeLong(0, 100_000_000L);
            if (data.consumeInt(0, 50) == 0) {
                filter.onEstablished(nowNanos);
                accepted = Long.MIN_VALUE; // other rules from here on
            }
            int at = data.consumeInt(0, 3);
            byte[] bytes = data.consumeBytes(data.consumeInt(at, 300));
            if (bytes.length >= at
                    && filter.accepts(
                            nowNanos, Unpooled.wrappedBuffer(bytes), at, bytes.length - at)) {
                accepted += bytes.length - at;
            }
            long so = accepted;
            assertTrue(accepted <= 4 * MOST_DECLARED, () -> so + " bytes of a handshake");
        }
    }
}
