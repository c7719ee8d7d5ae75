package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of docs/embedding.md, compiled and run as it is printed there. */
@Tag("native")
class EmbeddingTest {
    @TempDir private Path folder;

    private static String sample() throws IOException {
        Path page = Path.of(System.getProperty("sluice.root", ".."), "docs/embedding.md");
        String text = Files.readString(page);
        int begin = text.indexOf("```java\n") + 8;
        return text.substring(begin, text.indexOf("```", begin));
    }

    @Test
    void theSampleInTheDocumentationPutsTwoClientsInOneRoom()
            throws IOException, InterruptedException {
        Path source = folder.resolve("TwoClients.java");
        Files.writeString(source, sample());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String path = System.getProperty("java.class.path");
        assertEquals(
                0,
                compiler.run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        path,
                        "-d",
                        folder.toString(),
                        source.toString()));

        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                folder + System.getProperty("path.separator") + path,
                                "TwoClients")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(folder.resolve("said"));
        assertTrue(ended, said);
        assertTrue(said.contains("bob sees ada"), said);
    }

    @Test
    void whatCannotBeAnsweredFailsWithAReason() {
        try (EmbeddedSfu sfu = EmbeddedSfu.start(InetAddress.ofLiteral("127.0.0.1"))) {
            for (String offer : List.of("", "v=0\r\n", "nonsense")) {
                ExecutionException failure =
                        assertThrows(
                                ExecutionException.class,
                                () -> sfu.publish("room", "ada", offer).get());
                assertInstanceOf(IllegalArgumentException.class, failure.getCause());
            }
            ExecutionException nameless =
                    assertThrows(
                            ExecutionException.class, () -> sfu.publish("room", "", "v=0").get());
            assertInstanceOf(IllegalArgumentException.class, nameless.getCause());
        }
    }
}
