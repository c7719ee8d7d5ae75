package dev.sluice.signaling.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What differs between the configuration in force and one that is to replace it. Immutable.
 *
 * @param effective the one in force, with what may change in a running server
 * @param applied the keys that change, with old and new values; secrets are masked
 * @param refused the keys that need a restart
 */
public record ConfigChanges(ServerConfig effective, List<String> applied, List<String> refused) {
    private static final ObjectMapper YAML =
            YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();
    private static final List<String> CHANGEABLE =
            List.of(
                    "keys",
                    "limit.",
                    "drain.",
                    "room.",
                    "webhook.",
                    "logging.level",
                    "turn_servers",
                    "origins");

    private static final String MASK = "********";

    /** Copies the lists. */
    public ConfigChanges {
        applied = List.copyOf(applied);
        refused = List.copyOf(refused);
    }

    /** Compares two configurations. */
    public static ConfigChanges of(ServerConfig before, ServerConfig after) {
        ObjectNode old = YAML.valueToTree(before);
        ObjectNode merged = old.deepCopy();
        List<String> applied = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        compare(merged, YAML.valueToTree(after), "", applied, refused);
        try {
            ServerConfig effective = YAML.treeToValue(merged, ServerConfig.class);
            return new ConfigChanges(effective, applied, refused);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a checked configuration cannot be bound", e);
        }
    }

    private static void compare(
            ObjectNode into,
            ObjectNode from,
            String prefix,
            List<String> applied,
            List<String> refused) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            String key = prefix + entry.getKey();
            JsonNode old = into.get(entry.getKey());
            JsonNode changed = entry.getValue();
            if (old instanceof ObjectNode section
                    && changed instanceof ObjectNode other
                    && !key.equals("keys")) {
                compare(section, other, key + ".", applied, refused);
            } else if (!Objects.equals(old, changed)) {
                if (isChangeable(key)) {
                    applied.add(key + ": " + shown(key, old) + " -> " + shown(key, changed));
                    into.set(entry.getKey(), changed);
                } else {
                    refused.add(key);
                }
            }
        }
    }

    /**
     * @return whether a running server takes another value of this key
     */
    static boolean isChangeable(String key) {
        return CHANGEABLE.stream().anyMatch(key::startsWith);
    }

    private static String shown(String key, JsonNode value) {
        boolean secret = key.equals("keys") || key.equals("turn_servers");
        return secret ? value.size() + " of them" : value.toString();
    }

    /**
     * @return the configuration as YAML, secrets masked
     */
    public static String masked(ServerConfig config) {
        ObjectNode tree = YAML.valueToTree(config);
        ObjectNode keys = (ObjectNode) tree.get("keys");
        keys.properties().forEach(entry -> entry.setValue(YAML.getNodeFactory().textNode(MASK)));
        tree.get("turn_servers").forEach(server -> ((ObjectNode) server).put("secret", MASK));
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration cannot be written", e);
        }
    }
}
