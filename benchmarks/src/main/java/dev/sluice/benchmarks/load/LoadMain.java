package dev.sluice.benchmarks.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program behind {@code sluice bench}. */
public final class LoadMain {
    private static final int WRONG_USE = 2;

    private LoadMain() {}

    /** Runs one scenario and prints what it found. */
    public static void main(String[] words) throws IOException, InterruptedException {
        PrintStream out = System.out;
        if (words.length == 0 || List.of("--help", "-h", "help").contains(words[0])) {
            out.print(LoadOptions.HELP);
            return;
        }
        LoadOptions options;
        try {
            options = LoadOptions.parse(List.of(words));
        } catch (IllegalArgumentException e) {
            System.err.println("sluice bench: " + e.getMessage());
            System.exit(WRONG_USE);
            return;
        }
        String url = options.url();
        ServerProcess server =
                url == null
                        ? ServerProcess.start(options.server())
                        : ServerProcess.running(url, options.pid());
        if (options.scenario() == LoadOptions.Scenario.ROOM) {
            try (RoomRun run = new RoomRun(options, server, LoadMain::progress)) {
                String table = run.run();
                out.println();
                out.print(table);
            }
            return;
        }
        if (options.scenario() == LoadOptions.Scenario.DATA) {
            try (DataRun run = new DataRun(options, server, LoadMain::progress)) {
                String table = run.run();
                out.println();
                out.print(table);
            }
            return;
        }
        try (server;
                LoadRun run = new LoadRun(options, server, LoadMain::progress)) {
            report(run.run(), options.out());
        }
    }

    private static void report(Result result, @Nullable Path to) throws IOException {
        System.out.println();
        System.out.print(result.table());
        if (to != null) {
            Files.createDirectories(to);
            Files.writeString(to.resolve("result.json"), result.json());
            Files.writeString(to.resolve("chart.html"), Chart.html(result));
            System.out.println("written: " + to.resolve("result.json") + ", chart.html");
        }
    }

    private static void progress(String line) {
        System.err.println(line);
    }
}
