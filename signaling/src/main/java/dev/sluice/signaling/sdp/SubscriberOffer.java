package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.room.PeerParameters;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.ExtensionUri;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our offers to one subscriber (RFC 9429 §5.2): sections are appended, never moved or removed; one
 * that a track left is inactive and taken again by the next track of its kind once that was
 * answered.
 */
public final class SubscriberOffer {
    /**
     * An answered section with a track. Immutable.
     *
     * @param track what it carries
     * @param parameters what the client accepted
     */
    public record Accepted(SubscriberTrack track, SubscriptionParameters parameters) {}

    private static final class Section {
        final String mid;
        final MediaKind kind;
        @Nullable SubscriberTrack track;

        /** What the latest offer said; tracks come and go while it is being answered. */
        @Nullable SubscriberTrack offered;

        boolean left;
        boolean leftOffered;
        boolean free;

        /**
         * The section of an empty room; becomes an ordinary free one once a real one stands beside
         * it.
         */
        final boolean idle;

        /** The section of data channels, which carries no track. */
        boolean data;

        Section(String mid, MediaKind kind, @Nullable SubscriberTrack track) {
            this.mid = mid;
            this.kind = kind;
            this.track = track;
            this.idle = track == null;
        }
    }

    private static final String TRANSPORT_FEEDBACK = "transport-cc";

    private static final CodecParameters OPUS = new CodecParameters(111, "opus", 48_000, "", -1);

    /** The same ids in every section, as a bundle wants. */
    private static final Map<ExtensionUri, Integer> EXTENSIONS =
            new EnumMap<>(
                    Map.of(
                            ExtensionUri.MID, 1,
                            ExtensionUri.AUDIO_LEVEL, 2,
                            ExtensionUri.DEPENDENCY_DESCRIPTOR, 3,
                            ExtensionUri.TRANSPORT_WIDE_CC, 4));

    /** Feedback that subscribers may send; receivers with transport-cc send no goog-remb. */
    static final List<String> VIDEO_FEEDBACK =
            List.of("goog-remb", TRANSPORT_FEEDBACK, "ccm fir", "nack", "nack pli");

    static final List<String> AUDIO_FEEDBACK = List.of(TRANSPORT_FEEDBACK, "nack");

    private final List<Section> sections = new ArrayList<>();
    private final SubscriberPayloadTypes payloadTypes = new SubscriberPayloadTypes();
    private int offeredSections;

    /** Offers data channels too, in the first section; before anything is added. */
    public SubscriberOffer withData() {
        Section section = new Section("0", MediaKind.AUDIO, null);
        section.data = true;
        sections.add(section);
        return this;
    }

    /** Adds a track to the next offer. */
    public void add(SubscriberTrack track) {
        for (Section section : sections) {
            if (section.free && section.kind == track.kind()) {
                section.free = false;
                section.left = false;
                section.track = track;
                return;
            }
        }
        sections.add(new Section(Integer.toString(sections.size()), track.kind(), track));
    }

    /** Takes a track out of the next offer. @return whether it was in */
    public boolean remove(String trackId) {
        for (Section section : sections) {
            if (section.track != null && section.track.trackId().equals(trackId)) {
                section.track = null;
                section.left = true;
                return true;
            }
        }
        return false;
    }

    /**
     * @return mid to track id of every section that carries a track
     */
    public Map<String, String> tracksByMid() {
        Map<String, String> map = new LinkedHashMap<>();
        for (Section section : sections) {
            if (section.track != null) {
                map.put(section.mid, section.track.trackId());
            }
        }
        return map;
    }

    /**
     * Writes the offer. In an empty room it has one idle audio section, since a description without
     * any cannot start a transport.
     */
    public String write(LocalTransport local, long sessionId, int version) {
        if (sections.isEmpty()) {
            sections.add(new Section("0", MediaKind.AUDIO, null));
        }
        List<String> mids = sections.stream().map(section -> section.mid).toList();
        SdpWriter sdp = new SdpWriter(local, sessionId, version, mids);
        offeredSections = sections.size();
        for (Section section : sections) {
            write(sdp, section);
        }
        return sdp.toString();
    }

    private void write(SdpWriter sdp, Section section) {
        if (section.data) {
            sdp.data("UDP/DTLS/SCTP", List.of("webrtc-datachannel"), section.mid, "actpass");
            return;
        }
        boolean video = section.kind == MediaKind.VIDEO;
        List<CodecParameters> codecs = codecs(section);
        List<String> formats = Codecs.formats(codecs);
        sdp.media(video ? "video" : "audio", "UDP/TLS/RTP/SAVPF", formats, section.mid, "actpass");
        SubscriberTrack track = section.track;
        section.offered = track;
        boolean alone = isAlone(section);
        section.leftOffered = section.left || (section.idle && track == null && !alone);
        sdp.line(track != null || alone ? "a=sendonly" : "a=inactive");
        sdp.line("a=rtcp-mux").line("a=rtcp-rsize");
        EXTENSIONS.forEach((uri, id) -> {
            if (isFor(uri, video)) {
                sdp.line("a=extmap:" + id + " " + uri.uri());
            }
        });
        codecs.forEach(codec -> write(sdp, codec, video));
        if (track != null) {
            writeTrack(sdp, track);
        }
    }

    private boolean isAlone(Section section) {
        return section.idle && !section.free && sections.size() == 1;
    }

    private static boolean isFor(ExtensionUri uri, boolean video) {
        return switch (uri) {
            case MID, TRANSPORT_WIDE_CC -> true;
            case AUDIO_LEVEL -> !video;
            default -> video;
        };
    }

    private List<CodecParameters> codecs(Section section) {
        SubscriberTrack track = section.track;
        if (track == null) {
            return section.kind == MediaKind.AUDIO
                    ? List.of(OPUS)
                    : List.of(payloadTypes.of(new CodecParameters(0, "VP8", 90_000, "", -1), true));
        }
        List<CodecParameters> codecs = new ArrayList<>();
        for (CodecParameters codec : track.codecs()) {
            CodecParameters own = payloadTypes.of(codec, section.kind == MediaKind.VIDEO);
            if (own.payloadType() >= 0 && codecs.stream().noneMatch(own::equals)) {
                codecs.add(own);
            }
        }
        return codecs;
    }

    private static void write(SdpWriter sdp, CodecParameters codec, boolean video) {
        int type = codec.payloadType();
        boolean audio = !video;
        sdp.line(
                "a=rtpmap:"
                        + type
                        + " "
                        + codec.name()
                        + "/"
                        + codec.clockRate()
                        + (audio ? "/2" : ""));
        String fmtp = SubscriberFormats.of(codec);
        if (!fmtp.isEmpty()) {
            sdp.line("a=fmtp:" + type + " " + fmtp);
        }
        for (String feedback : video ? VIDEO_FEEDBACK : AUDIO_FEEDBACK) {
            sdp.line("a=rtcp-fb:" + type + " " + feedback);
        }
        if (codec.rtxPayloadType() >= 0) {
            sdp.line("a=rtpmap:" + codec.rtxPayloadType() + " rtx/" + codec.clockRate());
            sdp.line("a=fmtp:" + codec.rtxPayloadType() + " apt=" + type);
        }
    }

    static void writeTrack(SdpWriter sdp, SubscriberTrack track) {
        sdp.line("a=msid:" + track.streamId() + " " + track.msidTrackId());
        if (track.rtxSsrc() >= 0) {
            sdp.line("a=ssrc-group:FID " + track.ssrc() + " " + track.rtxSsrc());
        }
        sdp.line("a=ssrc:" + track.ssrc() + " cname:" + track.cname());
        if (track.rtxSsrc() >= 0) {
            sdp.line("a=ssrc:" + track.rtxSsrc() + " cname:" + track.cname());
        }
    }

    /**
     * What a client's answer says.
     *
     * @param data whether it takes data channels
     */
    public record Answer(PeerParameters transport, List<Accepted> accepted, boolean data) {}

    /**
     * Reads the answer to the latest offer; sections that tracks had left can be taken again.
     *
     * @throws SdpException when it does not answer that offer
     */
    public Answer read(String sdp) throws SdpException {
        SessionDescription answer = SdpReader.read(sdp);
        if (answer.sections().size() != offeredSections) {
            throw new SdpException(
                    "the answer has another number of media sections than the offer");
        }
        PeerParameters transport = null;
        List<Accepted> accepted = new ArrayList<>();
        boolean data = false;
        for (int i = 0; i < offeredSections; i++) {
            MediaSection theirs = answer.sections().get(i);
            Section ours = sections.get(i);
            if (!theirs.mid().equals(ours.mid)) {
                throw new SdpException("the answer's media sections are in another order");
            }
            if (theirs.port() != 0 && transport == null) {
                transport = RemoteTransport.read(answer, theirs, false);
            }
            data |= ours.data && theirs.port() != 0 && theirs.value("sctp-port") != null;
            Accepted taken = accept(ours, theirs);
            if (taken != null) {
                accepted.add(taken);
            }
        }
        if (transport == null) {
            throw new SdpException("the answer rejects every media section");
        }
        releaseLeft();
        return new Answer(transport, accepted, data);
    }

    /**
     * @return the section's track as the client takes it, null when it does not, or when another
     *     track has come meanwhile
     */
    private static @Nullable Accepted accept(Section ours, MediaSection theirs) {
        SubscriberTrack track = ours.offered;
        List<CodecParameters> codecs = theirs.codecs();
        boolean taken = theirs.port() != 0 && theirs.direction().receives() && !codecs.isEmpty();
        return taken && track != null && track.equals(ours.track)
                ? new Accepted(track, parameters(theirs, track, codecs))
                : null;
    }

    private void releaseLeft() {
        for (Section section : sections) {
            if (section.leftOffered) {
                section.free = true;
                section.left = false;
                section.leftOffered = false;
            }
        }
    }

    static SubscriptionParameters parameters(
            MediaSection section, SubscriberTrack track, List<CodecParameters> codecs) {
        boolean rtx = codecs.stream().anyMatch(codec -> codec.rtxPayloadType() >= 0);
        boolean feedback =
                codecs.stream()
                        .anyMatch(codec ->
                                section.hasFeedback(codec.payloadType(), TRANSPORT_FEEDBACK));
        ExtensionIds extensions = section.extensionIds();
        if (!feedback) { // numbers that nobody reports on tell nothing
            extensions = extensions.without(ExtensionUri.TRANSPORT_WIDE_CC);
        }
        return new SubscriptionParameters(
                section.mid(),
                track.ssrc(),
                rtx ? track.rtxSsrc() : -1,
                track.cname(),
                codecs,
                extensions);
    }
}
