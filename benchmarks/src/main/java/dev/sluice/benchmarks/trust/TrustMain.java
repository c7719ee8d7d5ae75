package dev.sluice.benchmarks.trust;

import dev.sluice.benchmarks.trust.endurance.CyclesRun;
import dev.sluice.benchmarks.trust.endurance.IsolationRun;
import dev.sluice.benchmarks.trust.endurance.OverloadTrial;
import dev.sluice.benchmarks.trust.endurance.SoakRun;
import dev.sluice.benchmarks.trust.faults.FaultRun;
import dev.sluice.benchmarks.trust.hostile.HostileRun;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The program behind those scenarios of {@code sluice bench} that ask for trust, not speed. */
public final class TrustMain {
    private static final int WRONG_USE = 2;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh]?)");

    private static final int TWO_HOURS = 7200;
    private static final int ONE_HOUR = 3600;
    private static final int ONE_MINUTE = 60;

    private int duration;
    private String lab = "";
    private String only = "";
    private @Nullable Path out;
    private final List<String> server = new ArrayList<>();

    private TrustMain(List<String> words) {
        for (String word : words) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "--duration" -> duration = seconds(value);
                case "--lab" -> lab = value;
                case "--only" -> only = value;
                case "--out" -> out = Path.of(value);
                case "--server" -> server.add(value);
                default -> throw new IllegalArgumentException("unknown option " + word);
            }
        }
    }

    private static int seconds(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "--duration: expected 90s, 20m or 2h, found " + text);
        }
        int unit =
                switch (matcher.group(2)) {
                    case "h" -> 3600;
                    case "m" -> 60;
                    default -> 1;
                };
        return unit * Integer.parseInt(matcher.group(1));
    }

    /** Runs one scenario and prints what it found. */
    public static void main(String[] words) throws IOException, InterruptedException {
        TrustMain options;
        try {
            options = new TrustMain(List.of(words).subList(1, words.length));
        } catch (IllegalArgumentException e) {
            System.err.println("sluice bench: " + e.getMessage());
            System.exit(WRONG_USE);
            return;
        }
        System.out.print(options.run(words[0]));
    }

    private String run(String scenario) throws IOException, InterruptedException {
        return switch (scenario) {
            case "soak" -> new SoakRun(seconds(TWO_HOURS), out, server, TrustMain::progress).run();
            case "hostile" -> onWitnessHost(scenario, ONE_MINUTE);
            case "faults" -> onWitnessHost(scenario, ONE_MINUTE);
            case "cycles" -> {
                Report report = new Report(TrustMain::progress);
                new CyclesRun(server, report).run();
                yield report.toString();
            }
            case "isolation" -> {
                Report report = new Report(TrustMain::progress);
                new IsolationRun(seconds(ONE_HOUR), server, report).run();
                yield report.toString();
            }
            case "overload" -> {
                Report report = new Report(TrustMain::progress);
                new OverloadTrial(server, report).run();
                yield report.toString();
            }
            case "faults-inside" ->
                    new FaultRun(Lab.named(lab), only(), server, TrustMain::progress)
                            .run()
                            .toString();
            case "hostile-inside" ->
                    new HostileRun(Lab.named(lab), seconds(0), only(), server, TrustMain::progress)
                            .run()
                            .toString();
            default -> throw new IllegalArgumentException("unknown scenario " + scenario);
        };
    }

    private List<String> only() {
        return only.isEmpty() ? List.of() : List.of(only.split(",", -1));
    }

    private int seconds(int usual) {
        return duration == 0 ? usual : duration;
    }

    /** Makes a lab and runs the scenario on the witness's host, which ends with its result. */
    private String onWitnessHost(String scenario, int usual)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(scenario + "-inside", "--duration=" + seconds(usual)));
        words.add("--only=" + only);
        server.forEach(option -> words.add("--server=" + option));
        try (Lab made = Lab.make()) {
            words.add("--lab=" + made.name());
            Process inside =
                    made.start(Lab.Host.WITNESS, TrustMain.class, words.toArray(String[]::new));
            String said =
                    new String(inside.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            inside.waitFor();
            return said;
        }
    }

    private static void progress(String line) {
        System.err.println(line);
    }
}
