package dev.sluice.benchmarks.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param scenario who sends what to whom
 * @param publishers participants that send
 * @param viewers participants that receive; in a call the publishers themselves
 * @param stuck participants that read nothing of their data channel
 * @param pace joins a second, in a room
 * @param seconds of measurement
 * @param warmUpSeconds before it
 * @param bitrate of one publisher's video, bits a second
 * @param feedback whether viewers send transport-wide feedback
 * @param url of a running server, null to start one
 * @param pid of that server's process, 0 when unknown: no CPU figures then
 * @param out where JSON and chart go, null for nowhere
 * @param server further options for the server that is started
 */
record LoadOptions(
        Scenario scenario,
        int publishers,
        int viewers,
        int stuck,
        int pace,
        int seconds,
        int warmUpSeconds,
        int bitrate,
        boolean feedback,
        @Nullable String url,
        long pid,
        @Nullable Path out,
        List<String> server) {
    static final String HELP =
            """
            Usage: sluice bench SCENARIO [options]

              webinar   publishers send video and sound, each viewer watches one of them
              call      every participant sends to and receives from all others, simulcast
              audio     publishers send sound, each viewer hears all of them
              fanout    a webinar that grows to its viewers in ten steps, each measured
              idle      nobody sends anything: what connections alone cost
              data      participants of a room send each other 30 messages of 100 bytes a second
              room      one room over WebSockets: joins, news, cut sockets, a restart

              --publishers=N     1 (webinar, fanout), 8 (call), 10 (audio), 30 (room),
                                 50 (data)
              --stuck=N          participants that read nothing: 0; data only
              --viewers=N        100; not for a call
              --pace=N           joins a second, in a room: 10
              --seconds=N        how long to measure: 30; in a fanout each step
              --warmup=N         seconds before: 20
              --bitrate=BITS     of one publisher's video: 1200000
              --feedback=BOOL    whether viewers send transport-wide feedback: true
              --url=URL          a running server (with --dev) instead of one of our own
              --pid=PID          its process on this machine, for CPU and memory figures
              --out=DIR          write result.json and chart.html there
              --server=OPTION    an option for the server that is started, such as
                                 --server=--srtp.provider=libcrypto; may be repeated

            What it is worth when things go wrong (docs/security.md), as root:

              hostile   attacks beside a call that is measured
              faults    bad networks, pulled cables, killed and drained servers
              cycles    ten thousand who join and are gone: is anything left?
              isolation twenty rooms for an hour: does one see anything of another?
              overload  a call that has half of the processor that it needs
              soak      hours of churn beside a call: does anything grow?

              --duration=TIME    90s, 20m, 2h: 2h
              --out=DIR          write soak.html and soak.csv there
              --server=OPTION    as above
            """;

    /** Who sends what to whom. */
    enum Scenario {
        WEBINAR(1),
        CALL(8),
        AUDIO(10),
        FANOUT(1),
        IDLE(1),
        ROOM(30),
        DATA(50);

        private final int publishers;

        Scenario(int publishers) {
            this.publishers = publishers;
        }

        boolean hasVideo() {
            return this != AUDIO && this != IDLE && this != DATA;
        }
    }

    /**
     * @throws IllegalArgumentException with a message for the user
     */
    static LoadOptions parse(List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(
                    "a scenario is needed: webinar, call, audio, fanout, idle, room or data");
        }
        Scenario scenario = scenario(words.get(0));
        Builder options = new Builder(scenario);
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (!word.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("expected --name=value, found " + word);
            }
            options.set(word.substring(2, equals), word.substring(equals + 1));
        }
        return options.build();
    }

    private static Scenario scenario(String word) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.name().toLowerCase(Locale.ROOT).equals(word)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException(
                "unknown scenario "
                        + word
                        + ": expected webinar, call, audio, fanout, idle, room or data");
    }

    private static final class Builder {
        private final Scenario scenario;
        private int publishers;
        private int viewers = 100;
        private int stuck;
        private int pace = 10;
        private int seconds = 30;
        private int warmUp = 20;
        private int bitrate = 1_200_000;
        private boolean feedback = true;
        private @Nullable String url;
        private long pid;
        private @Nullable Path out;
        private final List<String> server = new java.util.ArrayList<>();

        Builder(Scenario scenario) {
            this.scenario = scenario;
            this.publishers = scenario.publishers;
        }

        void set(String name, String value) {
            switch (name) {
                case "publishers" -> publishers = number(name, value);
                case "viewers" -> viewers = number(name, value);
                case "stuck" -> stuck = number(name, value);
                case "pace" -> pace = Math.max(1, number(name, value));
                case "seconds" -> seconds = number(name, value);
                case "warmup" -> warmUp = number(name, value);
                case "bitrate" -> bitrate = number(name, value);
                case "feedback" -> feedback = Boolean.parseBoolean(value);
                case "url" -> url = value;
                case "pid" -> pid = number(name, value);
                case "out" -> out = Path.of(value);
                case "server" -> server.add(value);
                default -> throw new IllegalArgumentException("unknown option --" + name);
            }
        }

        private static int number(String name, String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new IllegalArgumentException("--" + name + ": expected a number, found " + value);
        }

        LoadOptions build() {
            int receiving = scenario == Scenario.CALL ? publishers : viewers;
            return new LoadOptions(
                    scenario,
                    publishers,
                    receiving,
                    stuck,
                    pace,
                    seconds,
                    warmUp,
                    bitrate,
                    feedback,
                    url,
                    pid,
                    out,
                    List.copyOf(server));
        }
    }
}
