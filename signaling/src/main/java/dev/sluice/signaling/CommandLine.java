package dev.sluice.signaling;

import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the words on the command line ask for. Wrong words are refused, never guessed at. */
public final class CommandLine {
    /** One of the things the program can do. */
    public sealed interface Command {}

    /**
     * Run the server.
     *
     * @param development whether development settings are the base
     * @param config YAML file, null for none
     * @param flags dotted keys that override the file
     */
    public record Serve(boolean development, @Nullable Path config, Map<String, String> flags)
            implements Command {}

    /**
     * Read a configuration and say whether it is good.
     *
     * @param config YAML file
     */
    public record CheckConfig(Path config) implements Command {}

    /**
     * Print an access token.
     *
     * @param room the room it lets in to
     * @param identity who joins
     * @param name display name, empty for none
     * @param canPublish whether it may publish
     * @param canSubscribe whether it may subscribe
     * @param ttl how long it is valid
     * @param config YAML file with the keys; null means the development key
     */
    public record Token(
            String room,
            String identity,
            String name,
            boolean canPublish,
            boolean canSubscribe,
            Duration ttl,
            @Nullable Path config)
            implements Command {}

    /** Print how to use the program. */
    public record Help() implements Command {}

    /** Print the version. */
    public record Version() implements Command {}

    /** Warms up and ends: the run from which the launcher makes its start-up cache. */
    public record WarmUpOnly() implements Command {}

    /** The text of {@code --help}. */
    public static final String HELP =
            """
            Usage: sluice [serve] [--dev] [--config FILE] [--KEY=VALUE ...]
                   sluice check-config FILE
                   sluice token --room R --identity I [--name N] [--can-publish=false]
                                [--can-subscribe=false] [--ttl 1h] [--config FILE]

              --dev           development: key devkey / secret secret, loopback, demo page
              --config FILE   YAML configuration; see docs/operations.md
              --KEY=VALUE     overrides one configuration key, such as --rtc.udp_port=7900
              --help          this text
              --version       the version
            """;

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,6})(s|m|h|d)");
    private static final List<String> COMMANDS = List.of("serve", "check-config", "token");

    private CommandLine() {}

    /**
     * @return the command that the words ask for
     */
    public static Command parse(List<String> words) throws ConfigException {
        Deque<String> rest = new ArrayDeque<>(words);
        if (rest.contains("--help") || rest.contains("-h")) {
            return new Help();
        }
        if (rest.contains("--version")) {
            return new Version();
        }
        String first = rest.peek();
        String name = first == null || first.startsWith("-") ? "serve" : rest.remove();
        return switch (name) {
            case "serve" -> serve(rest);
            case "check-config" -> checkConfig(rest);
            case "token" -> token(rest);
            case "warm-up" -> new WarmUpOnly();
            default -> throw ConfigReader.unknown("command", name, COMMANDS);
        };
    }

    private static Command serve(Deque<String> words) throws ConfigException {
        boolean development = false;
        Path config = null;
        Map<String, String> flags = new HashMap<>();
        while (!words.isEmpty()) {
            String word = words.remove();
            if (word.equals("--dev")) {
                development = true;
            } else if (word.equals("--config") || word.startsWith("--config=")) {
                config = Path.of(value(word, words));
            } else if (word.startsWith("--") && word.contains("=")) {
                flags.put(
                        word.substring(2, word.indexOf('=')),
                        word.substring(word.indexOf('=') + 1));
            } else {
                throw ConfigReader.unknown("option", word, List.of("--dev", "--config", "--help"));
            }
        }
        return new Serve(development, config, flags);
    }

    private static Command checkConfig(Deque<String> words) throws ConfigException {
        if (words.size() != 1) {
            throw new ConfigException("check-config: expected one file");
        }
        return new CheckConfig(Path.of(words.remove()));
    }

    private static Command token(Deque<String> words) throws ConfigException {
        Map<String, String> given = new HashMap<>();
        List<String> known =
                List.of(
                        "--room",
                        "--identity",
                        "--name",
                        "--can-publish",
                        "--can-subscribe",
                        "--ttl",
                        "--config");
        while (!words.isEmpty()) {
            String word = words.remove();
            String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            if (!known.contains(option)) {
                throw ConfigReader.unknown("option", option, known);
            }
            given.put(option, value(word, words));
        }
        String config = given.get("--config");
        return new Token(
                required(given, "--room"),
                required(given, "--identity"),
                given.getOrDefault("--name", ""),
                truth(given, "--can-publish"),
                truth(given, "--can-subscribe"),
                duration(given.getOrDefault("--ttl", "6h")),
                config == null ? null : Path.of(config));
    }

    private static String value(String word, Deque<String> rest) throws ConfigException {
        int equals = word.indexOf('=');
        String value = equals >= 0 ? word.substring(equals + 1) : rest.poll();
        if (value == null || value.isEmpty()) {
            throw new ConfigException("option " + word + ": expected a value");
        }
        return value;
    }

    private static String required(Map<String, String> given, String option)
            throws ConfigException {
        String value = given.get(option);
        if (value == null) {
            throw new ConfigException("token: option " + option + " is needed");
        }
        return value;
    }

    private static boolean truth(Map<String, String> given, String option) throws ConfigException {
        String value = given.getOrDefault(option, "true");
        if (!value.equals("true") && !value.equals("false")) {
            throw new ConfigException(
                    "option " + option + ": expected true or false, found " + value);
        }
        return value.equals("true");
    }

    private static Duration duration(String text) throws ConfigException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigException(
                    "option --ttl: expected a duration such as 30m or 1h, found " + text);
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
