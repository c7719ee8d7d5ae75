package dev.sluice.signaling.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session description (RFC 8866) as its attributes and media sections. Immutable.
 *
 * @param attributes session-level attributes, in order
 * @param sections media sections, in order
 */
public record SessionDescription(List<Attribute> attributes, List<MediaSection> sections) {
    /**
     * An {@code a=} line.
     *
     * @param name before the colon
     * @param value behind it, empty for a flag
     */
    public record Attribute(String name, String value) {}

    /** Copies the lists. */
    public SessionDescription {
        attributes = List.copyOf(attributes);
        sections = List.copyOf(sections);
    }

    /**
     * @return the attribute of a section, or of the session when the section has none
     */
    @Nullable String inherited(MediaSection section, String name) {
        String own = section.value(name);
        return own != null ? own : first(attributes, name);
    }

    static @Nullable String first(List<Attribute> attributes, String name) {
        for (Attribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                return attribute.value();
            }
        }
        return null;
    }
}
