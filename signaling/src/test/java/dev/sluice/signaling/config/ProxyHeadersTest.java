package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose word about a client's address counts. */
class ProxyHeadersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // peer       | header                                 | client
                "203.0.113.5  | 198.51.100.1                           | 203.0.113.5",
                "10.1.2.3     |                                        | 10.1.2.3",
                "10.1.2.3     | 198.51.100.1                           | 198.51.100.1",
                "10.1.2.3     | 6.6.6.6, 198.51.100.1                  | 198.51.100.1",
                "10.1.2.3     | 198.51.100.1, 10.9.9.9                 | 198.51.100.1",
                "10.1.2.3     | 198.51.100.1, 2001:db8::7              | 198.51.100.1",
                "2001:db8::7  | 2001:db9::1                            | 2001:db9::1",
                "10.1.2.3     | unknown                                | 10.1.2.3",
                "10.1.2.3     | 198.51.100.1, ' OR 1=1                 | 10.1.2.3",
                "10.1.2.3     | 10.7.7.7                               | 10.7.7.7",
                "10.1.2.3     | ,                                      | 10.1.2.3",
            })
    void theLastAddressThatIsNoProxyCounts(String peer, String header, String client) {
        ProxyHeaders proxies = new ProxyHeaders(List.of("10.0.0.0/8", "2001:db8::7"));
        assertEquals(
                InetAddress.ofLiteral(client), proxies.client(InetAddress.ofLiteral(peer), header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/x", "proxy.example.org", "::/129"})
    void whatIsNoNetworkIsRefused(String network) {
        assertThrows(IllegalArgumentException.class, () -> new ProxyHeaders(List.of(network)));
    }
}
