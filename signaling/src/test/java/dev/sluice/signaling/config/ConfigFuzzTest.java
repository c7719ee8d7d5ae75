package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

class ConfigFuzzTest {
    /** A configuration that cannot be used is refused with a word. */
    @FuzzTest(maxDuration = "10m")
    void anyYaml(@NotNull String yaml) {
        ConfigReader reader = new ConfigReader(Map.of("SLUICE_CONFIG", yaml));
        try {
            assertTrue(reader.read(ServerConfig.defaults(), null, Map.of()) != null);
        } catch (ConfigException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
        }
    }

    /** Headers of proxies that may be anybody's. */
    @FuzzTest(maxDuration = "10m")
    void anyForwarding(@NotNull String header) {
        InetAddress peer = InetAddress.ofLiteral("10.0.0.1");
        ProxyHeaders proxies = new ProxyHeaders(List.of("10.0.0.0/8"));
        assertTrue(proxies.client(peer, header) != null);
        InetAddress stranger = InetAddress.ofLiteral("192.0.2.1");
        assertTrue(proxies.client(stranger, header).equals(stranger), "strangers are not believed");
    }
}
