package dev.sluice.signaling.sdp;

import dev.sluice.signaling.sdp.SessionDescription.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Linear, bounded parser of session descriptions. */
public final class SdpReader {
    /** Characters of a description. */
    public static final int MAX_LENGTH = 512 * 1024;

    private static final int MAX_LINES = 16_384;
    private static final int MAX_LINE = 8192;
    private static final int MAX_SECTIONS = 256;
    private static final int MAX_CANDIDATES = 64;
    private static final int MAX_RIDS = 8;

    private SdpReader() {}

    /**
     * @return the description
     * @throws SdpException when it is too large, or has lines that are none
     */
    public static SessionDescription read(String text) throws SdpException {
        if (text.length() > MAX_LENGTH) {
            throw new SdpException("description is over " + MAX_LENGTH + " characters");
        }
        List<Attribute> session = new ArrayList<>();
        List<MediaSection> sections = new ArrayList<>();
        List<Attribute> current = session;
        String mediaLine = null;
        int lines = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (++lines > MAX_LINES || line.length() > MAX_LINE) {
                throw new SdpException("description has too many or too long lines");
            }
            if (line.isBlank()) {
                continue;
            }
            checkLine(line, lines);
            if (line.charAt(0) == 'm') {
                finish(sections, mediaLine, current);
                mediaLine = line.substring(2);
                current = new ArrayList<>();
            } else if (line.charAt(0) == 'a') {
                current.add(attribute(line));
            }
        }
        if (lines == 0) {
            throw new SdpException("description is empty");
        }
        finish(sections, mediaLine, current);
        checkBounds(sections);
        return new SessionDescription(session, sections);
    }

    private static void checkLine(String line, int number) throws SdpException {
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw new SdpException("line " + number + " is not of the form x=value");
        }
        if (number == 1 && line.charAt(0) != 'v') {
            throw new SdpException("description does not begin with v=");
        }
    }

    private static Attribute attribute(String line) {
        int colon = line.indexOf(':');
        return colon < 0
                ? new Attribute(line.substring(2), "")
                : new Attribute(line.substring(2, colon), line.substring(colon + 1));
    }

    private static void finish(
            List<MediaSection> sections, @Nullable String mediaLine, List<Attribute> attributes)
            throws SdpException {
        if (mediaLine == null) {
            return;
        }
        String[] tokens = mediaLine.strip().split(" +");
        if (tokens.length < 4) {
            throw new SdpException("m= line has fewer than four fields");
        }
        if (sections.size() == MAX_SECTIONS) {
            throw new SdpException("description has over " + MAX_SECTIONS + " media sections");
        }
        int port;
        try {
            port = Integer.parseInt(tokens[1].split("/", 2)[0]);
        } catch (NumberFormatException e) {
            throw new SdpException("m= line has no port number");
        }
        List<String> formats = Arrays.asList(tokens).subList(3, tokens.length);
        sections.add(new MediaSection(tokens[0], port, tokens[2], formats, attributes));
    }

    private static void checkBounds(List<MediaSection> sections) throws SdpException {
        int candidates = 0;
        Set<String> mids = new HashSet<>();
        for (MediaSection section : sections) {
            candidates += section.values("candidate").size();
            if (section.values("rid").size() > MAX_RIDS) {
                throw new SdpException("a media section has over " + MAX_RIDS + " rids");
            }
            if (section.mid().isEmpty() || section.mid().length() > 16) {
                throw new SdpException("a media section has no a=mid of 1 to 16 characters");
            }
            if (!mids.add(section.mid())) {
                throw new SdpException("two media sections share one mid");
            }
        }
        if (candidates > MAX_CANDIDATES) {
            throw new SdpException("description has over " + MAX_CANDIDATES + " candidates");
        }
    }
}
