package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.room.PeerParameters;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.rtp.ExtensionUri;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's offer to receive, as WHEP players make it, and the answer. Payload types and extension
 * ids are the client's own.
 */
public final class ViewerOffer {
    /**
     * A section in which the client receives. Immutable.
     *
     * @param mid of the section
     * @param kind audio or video
     */
    public record Section(String mid, MediaKind kind) {}

    private final SessionDescription offer;
    private final PeerParameters transport;
    private boolean takesData;

    private ViewerOffer(SessionDescription offer) throws SdpException {
        this.offer = offer;
        MediaSection carrier =
                offer.sections().stream()
                        .filter(ViewerOffer::isAccepted)
                        .findFirst()
                        .orElseThrow(() ->
                                new SdpException(
                                        "the offer has no section to receive audio or" + " video"));
        transport = RemoteTransport.read(offer, carrier, true);
    }

    /**
     * @throws SdpException when the offer cannot be answered
     */
    public static ViewerOffer read(String sdp) throws SdpException {
        return new ViewerOffer(SdpReader.read(sdp));
    }

    private static boolean isAccepted(MediaSection section) {
        return section.isOffered()
                && (section.isAudio() || section.isVideo())
                && section.direction().receives()
                && !section.codecs().isEmpty();
    }

    /**
     * @return ICE and DTLS of the client
     */
    public PeerParameters transport() {
        return transport;
    }

    /**
     * Accepts data channels in the answer.
     *
     * @return whether they are offered
     */
    public boolean takeData() {
        takesData = true;
        return offer.sections().stream().anyMatch(this::isData);
    }

    private boolean isData(MediaSection section) {
        return takesData && section.media().equals("application") && section.isOffered();
    }

    /**
     * @return the sections in which the client receives, in order
     */
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        for (MediaSection section : offer.sections()) {
            if (isAccepted(section)) {
                sections.add(describe(section));
            }
        }
        return sections;
    }

    /**
     * Writes the answer; a section without a track is answered too, for one that comes later.
     *
     * @param sessionId constant for the peer connection
     * @param tracks by mid
     */
    public String answer(
            LocalTransport local, long sessionId, Map<String, SubscriberTrack> tracks) {
        List<String> bundled =
                offer.sections().stream()
                        .filter(each -> isAccepted(each) || isData(each))
                        .map(MediaSection::mid)
                        .toList();
        SdpWriter sdp = new SdpWriter(local, sessionId, 1, bundled);
        String setup = transport.role() == DtlsRole.SERVER ? "passive" : "active";
        for (MediaSection section : offer.sections()) {
            if (isData(section)) {
                sdp.data(section.protocol(), section.formats(), section.mid(), setup);
            } else if (isAccepted(section)) {
                answerMedia(sdp, section, setup, tracks.get(section.mid()), false);
            } else {
                sdp.rejected(section);
            }
        }
        return sdp.toString();
    }

    /**
     * @param all whether extensions are accepted that we do not send: browsers offer no others
     *     later, when they want to send on the same connection
     */
    static void answerMedia(
            SdpWriter sdp,
            MediaSection section,
            String setup,
            @Nullable SubscriberTrack track,
            boolean all) {
        List<CodecParameters> codecs = section.codecs();
        if (track != null) {
            codecs = ofTrackFirst(codecs, track);
        }
        List<String> formats = Codecs.formats(codecs);
        sdp.media(section.media(), section.protocol(), formats, section.mid(), setup);
        sdp.line("a=sendonly").line("a=rtcp-mux").line("a=rtcp-rsize");
        for (Map.Entry<ExtensionUri, String> entry : section.extensions().entrySet()) {
            if (all || isSent(entry.getKey())) {
                sdp.line("a=extmap:" + entry.getValue() + " " + entry.getKey().uri());
            }
        }
        List<String> feedback =
                section.isVideo() ? SubscriberOffer.VIDEO_FEEDBACK : SubscriberOffer.AUDIO_FEEDBACK;
        for (CodecParameters codec : codecs) {
            PublisherOffer.answerCodec(sdp, section, codec, feedback);
        }
        if (track != null) {
            SubscriberOffer.writeTrack(sdp, track);
        }
    }

    private static boolean isSent(ExtensionUri uri) {
        return uri == ExtensionUri.MID
                || uri == ExtensionUri.AUDIO_LEVEL
                || uri == ExtensionUri.TRANSPORT_WIDE_CC
                || uri == ExtensionUri.DEPENDENCY_DESCRIPTOR;
    }

    private static List<CodecParameters> ofTrackFirst(
            List<CodecParameters> codecs, SubscriberTrack track) {
        return codecs.stream()
                .sorted(
                        Comparator.comparing(
                                codec -> track.codecs().stream().noneMatch(codec::isSameCodec)))
                .toList();
    }

    static Section describe(MediaSection section) {
        return new Section(section.mid(), section.isVideo() ? MediaKind.VIDEO : MediaKind.AUDIO);
    }

    /** What the client accepts in a section of {@link #sections}. */
    public SubscriptionParameters parameters(String mid, SubscriberTrack track) {
        return parameters(offer, mid, track);
    }

    static SubscriptionParameters parameters(
            SessionDescription offer, String mid, SubscriberTrack track) {
        for (MediaSection section : offer.sections()) {
            if (section.mid().equals(mid)) {
                return SubscriberOffer.parameters(section, track, section.codecs());
            }
        }
        throw new IllegalArgumentException("no section " + mid);
    }
}
