package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs the browser scenarios, which are Node.js scripts. */
final class Scripts {
    static final Path FOLDER =
            Path.of(System.getProperty("sluice.root", ".."), "signaling/src/test/browser");

    /** A script that takes longer hangs. */
    private static final int MOST_SECONDS = 150;

    private Scripts() {}

    /** Skips the test where these programs or the npm packages are missing; fails it in CI. */
    static void need(String... programs) {
        boolean there = Files.isDirectory(FOLDER.resolve("node_modules"));
        for (String program : programs) {
            there &= Files.isExecutable(Path.of(program));
        }
        String missing =
                "needs " + List.of(programs) + " and the npm packages: ./verify brings them";
        assertTrue(there || System.getenv("CI") == null, missing);
        Assumptions.assumeTrue(there, missing);
    }

    /**
     * @return where a document of this project lies
     */
    static String document(String name) {
        return FOLDER.resolve("../../../../docs")
                .resolve(name)
                .normalize()
                .toAbsolutePath()
                .toString();
    }

    /** Runs a script with Node.js. @return what it reports */
    static JsonNode node(String script, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs a command in the folder of the scripts. @return what it reports */
    static JsonNode run(List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("sluice-script", ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(FOLDER.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(said);
        Files.delete(said);
        assertTrue(ended, () -> "took too long: " + String.join("\n", lines));
        String result =
                lines.stream()
                        .filter(line -> line.startsWith("RESULT "))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(String.join("\n", lines)));
        return new ObjectMapper().readTree(result.substring(7));
    }
}
