package dev.sluice.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsRecordFilterTest {
    private static final long SECOND = 1_000_000_000L;

    private final DtlsRecordFilter filter = new DtlsRecordFilter(DtlsRole.SERVER);

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    private boolean accepts(String hex) {
        return accepts(0, hex);
    }

    private boolean accepts(long nowNanos, String hex) {
        ByteBuf datagram = bytes(hex);
        return filter.accepts(nowNanos, datagram, 0, datagram.readableBytes());
    }

    /** One handshake record with one fragment of one byte. */
    private static String fragment(int type, int declared, int message, int offset) {
        return String.format(
                "16 feff 0000 000000000001 000d %02x %06x %04x %06x 000001 00",
                type, declared, message, offset);
    }

    @Test
    void aClientHelloInTwoDatagramsPasses() {
        assertTrue(accepts(fragment(1, 2, 0, 0)));
        assertTrue(accepts(fragment(1, 2, 0, 1)));
    }

    @Test
    void theMemoryBombIsDropped() {
        for (int message = 0; message < 17; message++) {
            assertFalse(accepts(fragment(1, 0xFFFFFF, message, 0)));
        }
    }

    @Test
    void thousandsOfOneByteFragmentsAreBounded() {
        int passed = 0;
        for (int i = 0; i < 8192; i++) {
            passed += accepts(fragment(1, 16_384, 0, 2 * i + 1 < 16_384 ? 2 * i + 1 : 1)) ? 1 : 0;
        }
        assertEquals(64, passed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"02 28", "01 00", "02 00"})
    void plaintextAlertsAreNotBelieved(String alert) {
        assertFalse(accepts("15 fefd 0000 000000000032 0002 " + alert));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 23, 24})
    void shortSealedRecordsAreDropped(int length) {
        String body = "00".repeat(length);
        for (String type : new String[] {"15", "16", "17"}) {
            assertFalse(
                    accepts(
                            type
                                    + "fefd 0001 00000000004d "
                                    + String.format("%04x", length)
                                    + body));
        }
        assertTrue(accepts("17 fefd 0001 00000000004d 0019" + "00".repeat(25)));
    }

    @Test
    void typeAndLengthOfAMessageNeverChange() {
        assertTrue(accepts(fragment(1, 100, 0, 0)));

        assertFalse(accepts(fragment(1, 101, 0, 5)));
        assertFalse(accepts(fragment(11, 100, 0, 5)));
        assertTrue(accepts(fragment(1, 100, 0, 5)));
    }

    @Test
    void messagesOfTheOtherRoleAreDropped() {
        assertFalse(accepts(fragment(2, 10, 0, 0)));

        DtlsRecordFilter client = new DtlsRecordFilter(DtlsRole.CLIENT);
        ByteBuf hello = bytes(fragment(2, 10, 0, 0));
        assertTrue(client.accepts(0, hello, 0, hello.readableBytes()));
        ByteBuf clientHello = bytes(fragment(1, 10, 0, 0));
        assertFalse(client.accepts(0, clientHello, 0, clientHello.readableBytes()));
    }

    @Test
    void afterTheHandshakeOnlyRepeatsOfItPass() {
        assertTrue(accepts(fragment(1, 100, 0, 0)));
        filter.onEstablished(0);

        assertTrue(accepts(SECOND, fragment(1, 100, 0, 0)));
        assertFalse(accepts(SECOND, fragment(11, 100, 1, 0)));
        int passed = 0;
        for (int i = 0; i < 100; i++) {
            passed += accepts(2 * SECOND, fragment(1, 100, 0, 0)) ? 1 : 0;
        }
        assertTrue(passed <= 32);
        assertFalse(accepts(300 * SECOND, fragment(1, 100, 0, 0)));
    }

    @Test
    void forgedSealedRecordsAreLimited() {
        filter.onEstablished(0);
        String record = "17 fefd 0001 00000000004d 0019" + "00".repeat(25);
        int passed = 0;
        for (int i = 0; i < 5000; i++) {
            passed += accepts(SECOND, record) ? 1 : 0;
        }
        assertEquals(200, passed);
        assertTrue(accepts(2 * SECOND, record));
    }

    @Test
    void anyBytesGiveAnAnswer() {
        for (int seed = 0; seed < 200_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(0, 100)];
            random.nextBytes(bytes);
            if (bytes.length > 13 && random.nextBoolean()) {
                bytes[0] = (byte) random.nextInt(20, 24);
                bytes[1] = (byte) 0xFE;
                bytes[2] = (byte) (random.nextBoolean() ? 0xFD : 0xFF);
                bytes[3] = 0;
                bytes[4] = (byte) random.nextInt(2);
                bytes[11] = 0;
                bytes[12] = (byte) (bytes.length - 13);
            }
            try {
                new DtlsRecordFilter(DtlsRole.SERVER)
                        .accepts(0, Unpooled.wrappedBuffer(bytes), 0, bytes.length);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }
}
