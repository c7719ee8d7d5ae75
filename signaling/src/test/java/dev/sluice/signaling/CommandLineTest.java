package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.config.ConfigReader;
import dev.sluice.signaling.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program says to words and files that are not quite right: one line, naming the key. */
class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... words) {
        return new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        environment)
                .run(List.of(words));
    }

    private String error() {
        String text = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count(), text);
        return text.strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dve | sluice: unknown option --dve; did you mean --dev?",
                "tokne | sluice: unknown command tokne; did you mean token?",
                "--rtc.udp_prt=1 | sluice: unknown option --rtc.udp_prt; did you mean rtc.udp_port?",
                "--dev --port=x | sluice: port: expected a whole number, found \"x\"",
                "--dev --port=70000 | sluice: port: expected 0 to 65535, found 70000",
                "--dev --rtc.bind=nonsense | sluice: rtc.bind: expected an IP address or interface name, found nonsense",
                "--dev --logging.level=loud | sluice: logging.level: expected trace, debug, info, warn or error, found loud",
                "--config | sluice: option --config: expected a value",
                "--config /none.yaml | sluice: /none.yaml: no such file",
                "token --room r | sluice: token: option --identity is needed",
                "token --room r --identity i --ttl 1w | sluice: option --ttl: expected a duration such as 30m or 1h, found 1w",
                "token --room r --identity i --can-publish=maybe | sluice: option --can-publish: expected true or false, found maybe",
                "token --rom r | sluice: unknown option --rom; did you mean --room?",
                "check-config | sluice: check-config: expected one file"
            })
    void wrongWordsAreRefusedInOneLine(String words, String expected) {
        assertEquals(2, run(Map.of(), words.split(" ", -1)));
        assertEquals(expected, error());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prot: 1 | unknown key prot; did you mean port?",
                "rtc: {udp_prt: 1} | unknown key rtc.udp_prt; did you mean rtc.udp_port?",
                "rtc: 5 | rtc: expected a section with keys",
                "port: abc | port: expected a whole number, found \"abc\"",
                "keys: {k: short} | keys.k: expected a secret of at least 32 characters",
                "{demo: true, keys: {mine: short}} | keys.mine: expected a secret of at least 32 characters",
                "room: {auto_create: perhaps} | room.auto_create: expected true or false, found \"perhaps\"",
                "rtc: {workers: -1} | rtc.workers: expected 0 to 256, found -1"
            })
    void wrongFilesAreRefusedInOneLine(String yaml, String expected, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);

        assertEquals(2, run(Map.of(), "check-config", file.toString()));
        assertEquals("sluice: " + expected, error());
    }

    @Test
    void aGoodFileIsGood(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("sluice.yaml"),
                        """
                        port: 7999
                        keys: {key: 0123456789012345678901234567890123456789}
                        rtc: {bind: [127.0.0.1], advertise: [203.0.113.9]}
                        """);

        assertEquals(0, run(Map.of(), "check-config", file.toString()));
    }

    @Test
    void withoutDevelopmentThereIsNoKey() {
        assertEquals(2, run(Map.of(), "serve"));
        assertTrue(error().startsWith("sluice: keys: expected at least one API key"));
    }

    @Test
    void environmentAndFlagsOverrideTheFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("s.yaml"), "port: 1000\nrtc: {workers: 3}\n");
        ConfigReader reader =
                new ConfigReader(Map.of("SLUICE_RTC_WORKERS", "4", "SLUICE_PORT", "2000"));

        ServerConfig config =
                reader.read(
                        ServerConfig.development(),
                        file,
                        Map.of("port", "3000", "rtc.bind", "127.0.0.1"));

        assertEquals(3000, config.port());
        assertEquals(4, config.rtc().workers());
        assertEquals(List.of("127.0.0.1"), config.rtc().bind());
        assertEquals(ServerConfig.development().keys(), config.keys());
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String[] words = {
                "--dev",
                "--rtc.bind=127.0.0.1",
                "--rtc.udp_port=0",
                "--port=" + taken.getLocalPort()
            };
            assertEquals(1, run(Map.of(), words), Arrays.toString(words));
        }
        assertTrue(error().startsWith("sluice: cannot listen on TCP port "), error());
    }

    @Test
    void helpVersionAndTokensArePrinted() {
        assertEquals(0, run(Map.of(), "--help"));
        assertEquals(0, run(Map.of(), "--version"));
        assertEquals(
                0, run(Map.of(), "token", "--room", "r", "--identity=i", "--can-publish=false"));

        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("Usage: sluice"));
        assertTrue(text.contains("sluice 0."));
        assertTrue(text.strip().lines().toList().getLast().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+"));
    }
}
