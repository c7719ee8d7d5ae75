package dev.sluice.signaling.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.srtp.SrtpProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configuration from a YAML file, then the environment, then flags; later ones win. Unknown keys
 * and bad values are refused with the key and what was expected.
 */
public final class ConfigReader {
    private static final String ENVIRONMENT_PREFIX = "SLUICE_";

    /** Holds the whole of a configuration file. */
    private static final String BODY = "SLUICE_CONFIG";

    /** Holds keys as LiveKit's server takes them: {@code key: secret}. */
    private static final String LIVEKIT_KEYS = "LIVEKIT_KEYS";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");
    private static final int MIN_SECRET = 32;
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");
    private static final List<String> PROVIDERS =
            Stream.concat(
                            Stream.of("auto"),
                            Arrays.stream(SrtpProvider.values()).map(SrtpProvider::setting))
                    .toList();
    private static final List<String> SOCKETS =
            Arrays.stream(SocketMode.values())
                    .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                    .toList();

    private final ObjectMapper yaml =
            YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(
                            LogicalType.Integer,
                            config ->
                                    config.setCoercion(
                                            CoercionInputShape.Float, CoercionAction.Fail))
                    .build();
    private final Map<String, String> environment;

    public ConfigReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Reads everything into one configuration.
     *
     * @param base what holds where nothing else is said
     * @param file YAML, null for none
     * @param flags dotted key to value, such as {@code rtc.udp_port}
     */
    public ServerConfig read(ServerConfig base, @Nullable Path file, Map<String, String> flags)
            throws ConfigException {
        ObjectNode tree = yaml.valueToTree(base);
        List<String> keys = keys(tree, "");
        if (file != null) {
            merge(tree, parse(file), "");
        }
        String body = environment.get(BODY);
        if (body != null) {
            merge(tree, section(body, "environment variable " + BODY), "");
        }
        String pairs = environment.get(LIVEKIT_KEYS);
        if (pairs != null) {
            tree.set("keys", section(pairs, "environment variable " + LIVEKIT_KEYS));
        }
        for (String key : keys) {
            String value = environment.get(variable(key));
            if (value != null) {
                set(tree, key, value, "environment variable " + variable(key));
            }
        }
        for (Map.Entry<String, String> flag : flags.entrySet()) {
            if (!keys.contains(flag.getKey())) {
                throw unknown("option", "--" + flag.getKey(), keys);
            }
            set(tree, flag.getKey(), flag.getValue(), "option --" + flag.getKey());
        }
        return check(bind(tree));
    }

    private JsonNode parse(Path file) throws ConfigException {
        try {
            return section(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }

    private JsonNode section(String text, String origin) throws ConfigException {
        try {
            JsonNode node = yaml.readTree(text);
            if (node == null || node.isMissingNode() || node.isNull()) {
                return yaml.createObjectNode(); // an empty file says nothing
            }
            if (!node.isObject()) {
                throw new ConfigException(
                        origin + ": expected keys and values, found something else");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new ConfigException(origin + ": not valid YAML: " + firstLine(e));
        }
    }

    private static String firstLine(JacksonException e) {
        String line = e.getOriginalMessage().lines().findFirst().orElse("");
        return e.getLocation() == null
                ? line
                : line + " (line " + e.getLocation().getLineNr() + ")";
    }

    /** Lays the file over the defaults; what the defaults do not have is unknown. */
    private void merge(ObjectNode into, JsonNode from, String prefix) throws ConfigException {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            String key = prefix + entry.getKey();
            JsonNode known = into.get(entry.getKey());
            if (known == null) {
                throw unknown("key", key, keys(into, prefix));
            }
            if (entry.getValue().isNull()) {
                throw new ConfigException(key + ": expected a value, found nothing");
            }
            boolean open = key.equals("keys"); // its keys are the user's own
            if (known instanceof ObjectNode section && !open) {
                if (!entry.getValue().isObject()) {
                    throw new ConfigException(key + ": expected a section with keys");
                }
                merge(section, entry.getValue(), key + ".");
            } else {
                into.set(entry.getKey(), inSeconds(known, entry.getValue()));
            }
        }
    }

    /** Where a number is expected, 45s, 5m, 4h and 1d are so many seconds. */
    private static JsonNode inSeconds(JsonNode known, JsonNode found) {
        Matcher duration = DURATION.matcher(found.asText());
        if (!known.isInt() || !found.isTextual() || !duration.matches()) {
            return found;
        }
        long unit =
                switch (duration.group(2)) {
                    case "m" -> 60;
                    case "h" -> 3_600;
                    case "d" -> 86_400;
                    default -> 1;
                };
        long seconds = Math.min(Integer.MAX_VALUE, unit * Long.parseLong(duration.group(1)));
        return IntNode.valueOf((int) seconds);
    }

    private static List<String> keys(ObjectNode tree, String prefix) {
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String key = prefix + entry.getKey();
            if (entry.getValue() instanceof ObjectNode section && !key.equals("keys")) {
                keys.addAll(keys(section, key + "."));
            } else {
                keys.add(key);
            }
        }
        return keys;
    }

    private void set(ObjectNode tree, String key, String value, String origin)
            throws ConfigException {
        ObjectNode section = tree;
        String[] path = key.split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            section = (ObjectNode) section.get(path[i]);
        }
        try {
            JsonNode parsed = yaml.readTree(value);
            JsonNode before = section.get(path[path.length - 1]);
            if (before.isArray() && !parsed.isArray()) {
                parsed = yaml.createArrayNode().add(value);
            } else if (before.isTextual() && !parsed.isTextual()) {
                parsed = yaml.getNodeFactory().textNode(value);
            }
            section.set(path[path.length - 1], inSeconds(before, parsed));
        } catch (JsonProcessingException e) {
            throw new ConfigException(origin + ": not a valid value: " + value);
        }
    }

    private static String variable(String key) {
        return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private ServerConfig bind(ObjectNode tree) throws ConfigException {
        try {
            return yaml.treeToValue(tree, ServerConfig.class);
        } catch (MismatchedInputException e) {
            String type = e.getTargetType() == null ? "another value" : describe(e.getTargetType());
            JsonNode found = tree.at("/" + path(e).replace('.', '/'));
            throw new ConfigException(path(e) + ": expected " + type + ", found " + found);
        } catch (JsonProcessingException e) {
            throw new ConfigException("configuration: " + firstLine(e));
        }
    }

    private static String describe(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int" -> "a whole number";
            case "boolean" -> "true or false";
            case "String" -> "a text";
            case "List" -> "a list";
            case "Map" -> "key: secret pairs";
            default -> "a section with keys";
        };
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName())
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
    }

    private static ServerConfig check(ServerConfig config) throws ConfigException {
        range("port", config.port(), 0, 65_535);
        range("rtc.udp_port", config.rtc().udpPort(), 0, 65_535);
        range("rtc.tcp_port", config.rtc().tcpPort(), 0, 65_535);
        range("rtc.workers", config.rtc().workers(), 0, 256);
        range("room.max_participants", config.room().maxParticipants(), 0, 1_000_000);
        range("room.audio_forwarded", config.room().audioForwarded(), 0, 1_000);
        range("room.audio_forwarded_above", config.room().audioForwardedAbove(), 0, 100_000);
        range("room.empty_timeout", config.room().emptyTimeout(), 0, 86_400);
        range("room.departure_timeout", config.room().departureTimeout(), 0, 86_400);
        range("room.reconnect_window", config.room().reconnectWindow(), 0, 3_600);
        range("limit.participants", config.limit().participants(), 0, 1_000_000);
        range("limit.rooms", config.limit().rooms(), 0, 1_000_000);
        range("limit.joins_per_address", config.limit().joinsPerAddress(), 0, 100_000);
        range("limit.joins_per_identity", config.limit().joinsPerIdentity(), 0, 100_000);
        range("limit.data_bytes", config.limit().dataBytes(), 1_000, 100_000_000);
        range("limit.token_lifetime", config.limit().tokenLifetime(), 0, 315_360_000);
        range("limit.tracks_per_participant", config.limit().tracksPerParticipant(), 1, 1_000);
        range("drain.timeout", config.drain().timeout(), 0, 86_400);
        range("rtc.load_limit", config.rtc().loadLimit(), 0, 100);
        range("health.self_test", config.health().selfTest(), 0, 3_600);
        oneOf("health.through", config.health().through(), List.of("bound", "advertised"));
        range("admin.port", config.admin().port(), 0, 65_535);
        oneOf("logging.level", config.logging().level(), LEVELS);
        oneOf("srtp.provider", config.srtp().provider(), PROVIDERS);
        oneOf("rtc.sockets", config.rtc().sockets(), SOCKETS);
        if (config.tls().cert().isEmpty() != config.tls().key().isEmpty()) {
            throw new ConfigException("tls: expected both cert and key, or neither");
        }
        checkTurn(config.turnServers());
        try {
            new ProxyHeaders(config.trustedProxies());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("trusted_proxies: " + e.getMessage());
        }
        checkWebhook(config);
        if (config.bindAddresses().isEmpty()) {
            throw new ConfigException("bind_addresses: expected at least one address");
        }
        Map<String, String> known = config.demo() ? ServerConfig.development().keys() : Map.of();
        for (Map.Entry<String, String> key : config.keys().entrySet()) {
            if (key.getValue().length() < MIN_SECRET && !known.entrySet().contains(key)) {
                throw new ConfigException(
                        "keys."
                                + key.getKey()
                                + ": expected a secret of at least "
                                + MIN_SECRET
                                + " characters");
            }
        }
        return config;
    }

    private static void checkTurn(List<ServerConfig.TurnServer> servers) throws ConfigException {
        for (int i = 0; i < servers.size(); i++) {
            ServerConfig.TurnServer server = servers.get(i);
            String key = "turn_servers." + i;
            if (server.host() == null || server.secret() == null || server.protocol() == null) {
                throw new ConfigException(key + ": expected host, port, protocol, secret and ttl");
            }
            range(key + ".port", server.port(), 1, 65_535);
            range(key + ".ttl", server.ttl(), 60, 604_800);
            oneOf(key + ".protocol", server.protocol(), List.of("udp", "tcp", "tls"));
        }
    }

    private static void checkWebhook(ServerConfig config) throws ConfigException {
        String key = config.webhook().apiKey();
        if (!key.isEmpty() && !config.keys().containsKey(key)) {
            throw new ConfigException("webhook.api_key: expected one of keys, found " + key);
        }
        for (String url : config.webhook().urls()) {
            if (!url.startsWith("http://") && !url.startsWith("https://")) {
                throw new ConfigException("webhook.urls: expected http(s) URLs, found " + url);
            }
        }
    }

    private static void range(String key, int value, int least, int most) throws ConfigException {
        if (value < least || value > most) {
            throw new ConfigException(
                    key + ": expected " + least + " to " + most + ", found " + value);
        }
    }

    private static void oneOf(String key, String value, List<String> known) throws ConfigException {
        if (!known.contains(value)) {
            String most = String.join(", ", known.subList(0, known.size() - 1));
            throw new ConfigException(
                    key + ": expected " + most + " or " + known.getLast() + ", found " + value);
        }
    }

    /** Makes the refusal of an unknown word, with the nearest known one. */
    public static ConfigException unknown(String what, String found, List<String> known) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance =
                    distance(found.replaceFirst("^--", ""), candidate.replaceFirst("^--", ""));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        String hint =
                least <= Math.max(2, found.length() / 3) ? "; did you mean " + nearest + "?" : "";
        return new ConfigException("unknown " + what + " " + found + hint);
    }

    /** Edit distance of Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
