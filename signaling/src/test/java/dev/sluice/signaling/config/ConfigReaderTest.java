package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where values come from, and which of them wins. */
class ConfigReaderTest {
    private static final String SECRET = "s".repeat(32);

    private static ServerConfig read(Map<String, String> environment, Map<String, String> flags)
            throws ConfigException {
        return new ConfigReader(environment).read(ServerConfig.defaults(), null, flags);
    }

    @Test
    void secondsMayBeWrittenAsDurations() throws ConfigException {
        String yaml = "room: {reconnect_window: 2m, empty_timeout: 1h, departure_timeout: 7}\n";
        ServerConfig config =
                read(Map.of("SLUICE_CONFIG", yaml), Map.of("room.departure_timeout", "30s"));
        assertEquals(120, config.room().reconnectWindow());
        assertEquals(3600, config.room().emptyTimeout());
        assertEquals(30, config.room().departureTimeout());
    }

    @Test
    void whatIsNoDurationIsRefused() {
        Map<String, String> environment = Map.of("SLUICE_CONFIG", "room: {empty_timeout: soon}");
        ConfigException refused =
                assertThrows(ConfigException.class, () -> read(environment, Map.of()));
        assertEquals(
                "room.empty_timeout: expected a whole number, found \"soon\"",
                refused.getMessage());
    }

    @Test
    void laterSourcesWin(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(file, "port: 1000\nadmin: {port: 1001}\nrtc: {udp_port: 1002}\n");
        Map<String, String> environment =
                Map.of(
                        "SLUICE_CONFIG",
                        "admin: {port: 2001}\nrtc: {udp_port: 2002}\n",
                        "SLUICE_RTC_UDP_PORT",
                        "3002");
        ServerConfig config =
                new ConfigReader(environment)
                        .read(ServerConfig.defaults(), file, Map.of("room.max_participants", "9"));
        assertEquals(1000, config.port());
        assertEquals(2001, config.admin().port());
        assertEquals(3002, config.rtc().udpPort());
        assertEquals(9, config.room().maxParticipants());
    }

    @Test
    void keysMayComeAsLiveKitTakesThem() throws ConfigException {
        ServerConfig config = read(Map.of("LIVEKIT_KEYS", "one: " + SECRET), Map.of());
        assertEquals(Map.of("one", SECRET), config.keys());
    }

    @Test
    void proxiesMustBeNetworks() {
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () -> read(Map.of("SLUICE_CONFIG", "trusted_proxies: [inside]"), Map.of()));
        assertEquals("trusted_proxies: expected networks, found inside", refused.getMessage());
    }

    @Test
    void aKeyWithoutAValueIsNamed() {
        for (String key : new String[] {"keys", "origins", "port", "rtc"}) {
            ConfigReader reader = new ConfigReader(Map.of("SLUICE_CONFIG", key + ":\n"));
            ConfigException e =
                    assertThrows(
                            ConfigException.class,
                            () -> reader.read(ServerConfig.defaults(), null, Map.of()));
            assertTrue(String.valueOf(e.getMessage()).startsWith(key + ":"), e.getMessage());
        }
    }
}
