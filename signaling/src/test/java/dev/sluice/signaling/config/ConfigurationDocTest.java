package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md is made from the records and their Javadoc. Run with {@code
 * -Dsluice.docs.write=true} to write it anew.
 */
class ConfigurationDocTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.root", ".."));
    private static final Path DOCUMENT = ROOT.resolve("docs/configuration.md");
    private static final Path SOURCE =
            ROOT.resolve("signaling/src/main/java/dev/sluice/signaling/config/ServerConfig.java");

    private static final String HEAD =
            """
            # Configuration

            Made from the code by a test: change `ServerConfig`, not this page. YAML file, then `SLUICE_CONFIG` (a whole
            file in an environment variable), then one variable for each key, then flags; later ones win:
            `rtc.udp_port` is `SLUICE_RTC_UDP_PORT` and `--rtc.udp_port=…`. `LIVEKIT_KEYS` (`key: secret`) is taken too.
            Unknown keys are refused. Seconds may be written as `45s`, `10m`, `4h`, `1d`. A ✓ means that a running server
            takes another value: the file is looked at every second, each change is a line in the log, what needs a
            restart is named, and a file with a mistake changes nothing. `./sluice check-config FILE` prints what would
            be in force, secrets masked.

            | key | default | | meaning |
            |---|---|---|---|
            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    @Test
    void thePageSaysWhatTheCodeSays() throws IOException {
        String source = Files.readString(SOURCE);
        JsonNode defaults = new ObjectMapper().valueToTree(ServerConfig.defaults());
        describe(ServerConfig.class, source, defaults, "");
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(DOCUMENT, page);
        }
        assertEquals(page.toString(), Files.readString(DOCUMENT));
    }

    private void describe(Class<?> type, String source, JsonNode defaults, String prefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = property == null ? jsonName(source, component) : property.value();
            JsonNode value = defaults.path(name);
            String key = prefix + name;
            if (component.getType().isRecord()) {
                describe(component.getType(), source, value, key + ".");
                continue;
            }
            String meaning = meaning(type, component, source);
            page.append("| `").append(key).append("` | ");
            page.append(prefix.endsWith("[].") ? "" : shown(value)).append(" | ");
            page.append(ConfigChanges.isChangeable(key) ? "✓" : "").append(" | ");
            page.append(meaning).append(" |\n");
            if (component.getGenericType() instanceof ParameterizedType list
                    && list.getActualTypeArguments()[0] instanceof Class<?> element
                    && element.isRecord()) {
                describe(element, source, value, key + "[].");
            }
        }
    }

    private static String jsonName(String source, RecordComponent component) {
        Matcher matcher =
                Pattern.compile(
                                "@JsonProperty\\(\"(\\w+)\"\\)\\s+[\\w<>, ]+\\s"
                                        + component.getName()
                                        + "\\b")
                        .matcher(source);
        assertTrue(matcher.find(), component.toString());
        return matcher.group(1);
    }

    private static String shown(JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        return text.isEmpty() ? "" : "`" + text.replace("\"", "") + "`";
    }

    /** The text behind {@code @param} in the Javadoc of the record. */
    private static String meaning(Class<?> type, RecordComponent component, String source) {
        int record = source.indexOf("record " + type.getSimpleName() + "(");
        String javadoc = source.substring(source.lastIndexOf("/**", record), record);
        Matcher matcher =
                Pattern.compile(
                                "@param " + component.getName() + " (.*?)(?=\\* @param|\\*/)",
                                Pattern.DOTALL)
                        .matcher(javadoc);
        assertTrue(matcher.find(), component + " is not described");
        String text = matcher.group(1).replaceAll("\\s*\\*?\\s*\\n\\s*\\*?\\s*", " ").strip();
        return text.replaceAll("\\{@code ([^}]*)}", "`$1`").replace("|", "\\\\|");
    }
}
