package dev.sluice.signaling.sdp;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.SubscriptionParameters;
import dev.sluice.core.media.TrackParameters.Feedback;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.core.room.PeerParameters;
import dev.sluice.dtls.DtlsRole;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.ExtensionUri;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client's offer to send (RFC 9429 §5.3): what it wants to publish, and the answer. Sections are
 * mirrored one to one, payload types and extension ids are the client's own.
 */
public final class PublisherOffer {
    /**
     * A section in which the client sends. Immutable.
     *
     * @param mid of the section
     * @param kind audio or video
     * @param trackId the client's id of the track, empty when it does not say
     * @param codecs accepted payload types
     * @param rids simulcast encodings in the client's order
     * @param ssrcs hints
     * @param extensions accepted header extensions
     * @param feedback accepted feedback
     */
    public record Section(
            String mid,
            MediaKind kind,
            String trackId,
            List<CodecParameters> codecs,
            List<String> rids,
            List<SsrcPair> ssrcs,
            ExtensionIds extensions,
            Feedback feedback) {}

    private static final List<String> VIDEO_FEEDBACK =
            List.of("transport-cc", "ccm fir", "nack", "nack pli");

    private final SessionDescription offer;
    private final PeerParameters transport;
    private final boolean onlyApplication;
    private boolean takesData;
    private final Map<String, String> preferred = new HashMap<>();

    private PublisherOffer(SessionDescription offer) throws SdpException {
        this.offer = offer;
        if (offer.sections().isEmpty()) {
            throw new SdpException("the offer has no media section");
        }
        onlyApplication =
                offer.sections().stream()
                        .allMatch(section -> section.media().equals("application"));
        MediaSection carrier = offer.sections().get(0);
        for (MediaSection section : offer.sections()) {
            if (isAccepted(section)) {
                carrier = section;
                break;
            }
        }
        transport = RemoteTransport.read(offer, carrier, true);
    }

    /**
     * @throws SdpException when the offer cannot be answered
     */
    public static PublisherOffer read(String sdp) throws SdpException {
        return new PublisherOffer(SdpReader.read(sdp));
    }

    /**
     * @return whether nothing but data channels is offered
     */
    public boolean isOnlyData() {
        return onlyApplication;
    }

    /**
     * Accepts data channels in the answer.
     *
     * @return whether they are offered
     */
    public boolean takeData() {
        takesData = true;
        return offer.sections().stream()
                .anyMatch(each -> each.media().equals("application") && isAccepted(each));
    }

    /**
     * Puts a codec first in the answer's section, which makes the client send it (RFC 3264 §6.1).
     */
    public void prefer(String mid, String codecName) {
        preferred.put(mid, codecName);
    }

    /**
     * @return ICE and DTLS of the client
     */
    public PeerParameters transport() {
        return transport;
    }

    private boolean isAccepted(MediaSection section) {
        if (section.media().equals("application")) {
            return onlyApplication || (takesData && section.isOffered());
        }
        return section.isOffered()
                && (section.isAudio() || section.isVideo())
                && !section.codecs().isEmpty();
    }

    /**
     * @return the sections in which the client sends
     */
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        for (MediaSection section : offer.sections()) {
            if (isAccepted(section)
                    && section.direction().sends()
                    && !section.media().equals("application")) {
                sections.add(describe(section));
            }
        }
        return sections;
    }

    /**
     * @return the sections in which the client only receives
     */
    public List<ViewerOffer.Section> receiving() {
        return offer.sections().stream()
                .filter(section -> isAccepted(section) && isReceiving(section))
                .map(ViewerOffer::describe)
                .toList();
    }

    private static boolean isReceiving(MediaSection section) {
        return (section.isAudio() || section.isVideo())
                && section.direction().receives()
                && !section.direction().sends();
    }

    /** What the client accepts in a section of {@link #receiving}. */
    public SubscriptionParameters parameters(String mid, SubscriberTrack track) {
        return ViewerOffer.parameters(offer, mid, track);
    }

    private static Section describe(MediaSection section) {
        List<CodecParameters> codecs = section.codecs();
        int type = codecs.get(0).payloadType();
        boolean video = section.isVideo();
        return new Section(
                section.mid(),
                video ? MediaKind.VIDEO : MediaKind.AUDIO,
                section.msidTrack(),
                codecs,
                section.sendRids(),
                section.ssrcs(),
                section.extensionIds(),
                new Feedback(
                        video && section.hasFeedback(type, "nack"),
                        section.hasFeedback(type, "nack pli")));
    }

    /**
     * Writes the answer.
     *
     * @param sessionId constant for the peer connection
     * @param version one more for each answer
     * @param sent by mid what we send in sections of {@link #receiving}
     */
    public String answer(
            LocalTransport local, long sessionId, int version, Map<String, SubscriberTrack> sent) {
        List<String> bundled =
                offer.sections().stream().filter(this::isAccepted).map(MediaSection::mid).toList();
        SdpWriter sdp = new SdpWriter(local, sessionId, version, bundled);
        String setup = transport.role() == DtlsRole.SERVER ? "passive" : "active";
        for (MediaSection section : offer.sections()) {
            if (!isAccepted(section)) {
                sdp.rejected(section);
            } else if (section.media().equals("application")) {
                sdp.data(section.protocol(), section.formats(), section.mid(), setup);
            } else {
                SubscriberTrack track = sent.get(section.mid());
                if (track != null && isReceiving(section)) {
                    ViewerOffer.answerMedia(sdp, section, setup, track, true);
                } else {
                    answerMedia(sdp, section, setup);
                }
            }
        }
        return sdp.toString();
    }

    private void answerMedia(SdpWriter sdp, MediaSection section, String setup) {
        List<CodecParameters> codecs = preferredFirst(section);
        List<String> formats = Codecs.formats(codecs);
        sdp.media(section.media(), section.protocol(), formats, section.mid(), setup);
        Direction direction = section.direction();
        sdp.line("a=" + (direction.sends() ? Direction.RECVONLY : Direction.INACTIVE).attribute());
        sdp.line("a=rtcp-mux").line("a=rtcp-rsize");
        for (Map.Entry<ExtensionUri, String> entry : section.extensions().entrySet()) {
            sdp.line("a=extmap:" + mirror(entry.getValue()) + " " + entry.getKey().uri());
        }
        List<String> feedback = section.isVideo() ? VIDEO_FEEDBACK : List.of("transport-cc");
        for (CodecParameters codec : codecs) {
            answerCodec(sdp, section, codec, feedback);
        }
        List<String> rids = section.sendRids();
        if (direction.sends() && !rids.isEmpty()) {
            rids.forEach(rid -> sdp.line("a=rid:" + rid + " recv"));
            sdp.line("a=simulcast:recv " + String.join(";", rids));
        }
    }

    private List<CodecParameters> preferredFirst(MediaSection section) {
        String first = preferred.getOrDefault(section.mid(), "");
        return section.codecs().stream()
                .sorted(Comparator.comparing(codec -> !codec.name().equalsIgnoreCase(first)))
                .toList();
    }

    static void answerCodec(
            SdpWriter sdp, MediaSection section, CodecParameters codec, List<String> feedback) {
        int type = codec.payloadType();
        // both audio codecs that are forwarded have two channels (RFC 7587 §7, RFC 2198)
        String channels = section.isAudio() ? "/2" : "";
        sdp.line("a=rtpmap:" + type + " " + codec.name() + "/" + codec.clockRate() + channels);
        String fmtp = section.fmtp(type);
        if (codec.name().equalsIgnoreCase("opus")) {
            fmtp = withDtx(fmtp);
        }
        if (!fmtp.isEmpty()) {
            sdp.line("a=fmtp:" + type + " " + fmtp);
        }
        for (String each : feedback) {
            if (section.hasFeedback(type, each)) {
                sdp.line("a=rtcp-fb:" + type + " " + each);
            }
        }
        if (codec.rtxPayloadType() >= 0) {
            sdp.line("a=rtpmap:" + codec.rtxPayloadType() + " rtx/" + codec.clockRate());
            sdp.line("a=fmtp:" + codec.rtxPayloadType() + " apt=" + type);
        }
    }

    private static String withDtx(String fmtp) {
        if (fmtp.contains("usedtx")) {
            return fmtp;
        }
        return fmtp.isEmpty() ? "usedtx=1" : fmtp + ";usedtx=1";
    }

    /** A direction behind the id is answered by its opposite (RFC 8285 §6). */
    private static String mirror(String id) {
        if (id.endsWith("/sendonly")) {
            return id.replace("/sendonly", "/recvonly");
        }
        return id.replace("/recvonly", "/sendonly");
    }
}
