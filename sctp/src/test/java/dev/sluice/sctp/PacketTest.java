package dev.sluice.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets as browsers write them, and as nobody should. */
class PacketTest {
    private static ByteBuf packet(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    /** Logged by Chromium 156 talking to itself. */
    @ParameterizedTest
    @CsvSource({
        "1, 26, 13881388000000004c7514030100001e09ce2ac200500000ffffffff69d84d61"
                + "c00000048008000682c00000",
        "11, 0, 1388138809ce2ac21c311e920b000004",
        "0, 33, 1388138809ce2ac263f471fb000300251fdf091f0001000000000032"
                + "03000100000000000009 00005f72656c6961626c65000000",
        "0, 30, 1388138809ce2ac2d3118516000300221fdf09200003000000000032"
                + "03810100000000000006 00005f6c6f7373790000",
        "3, 12, 1388138803de6bcb3c885528030000101fdf092000480000000000000003001169d84d61"
                + "0001000000000032 02000000",
        "130, 18, 1388138803de6bcbbae4a87c82000016000d001269d84d6169d84d6169d84d630001 0000",
        "130, 12, 1388138809ce2ac224bcdbe8820000100010000c69d84d6100000001",
    })
    void packetsOfChromium(int type, int length, String hex) {
        ByteBuf packet = packet(hex);
        PacketView view = new PacketView();
        assertTrue(view.wrap(packet, 0, packet.readableBytes()));
        assertEquals(
                view.checksum(), new Crc32c().of(packet, 0, packet.readableBytes()), "checksum");
        assertTrue(view.next());
        assertEquals(type, view.type());
        assertEquals(length, view.length());
        if (type == 1) {
            SctpParameters said = SctpParameters.read(view);
            assertNotNull(said);
            assertEquals(0x09ce2ac2, said.tag());
            assertEquals(5 << 20, said.window());
            assertEquals(1024, said.streams());
            assertTrue(said.forwardTsn() && said.reconfig() && !said.zeroChecksum());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 8A9136AA",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 62A8AB43",
        "313233343536373839, E3069283",
    })
    void checksumsOfTheRfc(String hex, String expected) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBufUtil.decodeHexDump(hex));
        assertEquals(expected, String.format("%08X", crc.getValue()));
    }

    @ParameterizedTest
    @CsvSource({
        "0 bytes of length, 00030000",
        "3 bytes of length, 00030003",
        "longer than the packet, 00030040",
    })
    void chunksThatLieAboutTheirLengthEndThePacket(String what, String chunk) {
        ByteBuf packet = packet("138813880000000000000000" + chunk + "00000000");
        PacketView view = new PacketView();
        assertTrue(view.wrap(packet, 0, packet.readableBytes()));
        assertFalse(view.next(), what);
    }

    @Test
    void aPacketWithoutAChunkIsNone() {
        ByteBuf packet = packet("138813880000000000000000000300");
        assertFalse(new PacketView().wrap(packet, 0, packet.readableBytes()));
    }

    @Test
    void cookiesAreOursAndYoungOrNone() {
        StateCookie cookies = new StateCookie(new byte[] {1});
        SctpParameters peer = new SctpParameters(7, 5000, 16, -3, true, false, true);
        ByteBuf cookie = Unpooled.buffer();
        cookies.write(1_000, 99, peer, cookie);
        assertEquals(StateCookie.LENGTH, cookie.readableBytes());
        assertEquals(peer, cookies.read(2_000, 99, cookie, 0, StateCookie.LENGTH));
        assertNull(cookies.read(2_000, 98, cookie, 0, StateCookie.LENGTH), "another's");
        assertNull(cookies.read(61_000_000_000L, 99, cookie, 0, StateCookie.LENGTH), "old");
        StateCookie others = new StateCookie(new byte[] {2});
        assertNull(others.read(2_000, 99, cookie, 0, StateCookie.LENGTH), "another process's");
        for (int i = 0; i < StateCookie.LENGTH; i++) {
            cookie.setByte(i, cookie.getByte(i) ^ 1);
            assertNull(cookies.read(2_000, 99, cookie, 0, StateCookie.LENGTH), "forged at " + i);
            cookie.setByte(i, cookie.getByte(i) ^ 1);
        }
    }
}
