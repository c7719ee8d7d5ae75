package dev.sluice.core.media;

import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.rtp.ExtensionIds;
import dev.sluice.rtp.HeaderExtensions;
import dev.sluice.rtp.RtpPacket;
import io.netty.util.collection.IntObjectHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which encoding an SSRC feeds. Learned from signaled SSRCs, else from the MID and RID extensions
 * of an authenticated packet (RFC 9143 §9.2, RFC 8852).
 */
final class StreamBinder {
    private final IntObjectHashMap<Encoding> media = new IntObjectHashMap<>();
    private final IntObjectHashMap<Encoding> retransmissions = new IntObjectHashMap<>();
    private final List<PublishedTrack> tracks = new ArrayList<>();

    /** Makes a track known, with the SSRCs that its signaling names. */
    void add(PublishedTrack track) {
        tracks.add(track);
        List<SsrcPair> ssrcs = track.parameters().ssrcs();
        if (!track.parameters().rids().isEmpty()) {
            return; // with rids the order of SSRC lines means nothing: bind by extension
        }
        if (!ssrcs.isEmpty()) {
            Encoding encoding = track.encodings().get(0);
            bindMedia(encoding, ssrcs.get(0).media(), clockRate(track, -1));
            if (ssrcs.get(0).rtx() >= 0) {
                bindRetransmission(encoding, ssrcs.get(0).rtx());
            }
        }
    }

    void remove(PublishedTrack track) {
        tracks.remove(track);
        for (Encoding encoding : track.encodings()) {
            if (encoding.ssrc() >= 0) {
                media.remove((int) encoding.ssrc());
            }
            if (encoding.rtxSsrc() >= 0) {
                retransmissions.remove((int) encoding.rtxSsrc());
            }
        }
    }

    @Nullable Encoding media(int ssrc) {
        return media.get(ssrc);
    }

    @Nullable Encoding retransmission(int ssrc) {
        return retransmissions.get(ssrc);
    }

    /** Learns the SSRC of an authenticated packet. @return whether its encoding is known now */
    boolean bind(RtpPacket packet) {
        for (int i = 0; i < tracks.size(); i++) {
            PublishedTrack track = tracks.get(i);
            if (matches(track, packet) && bind(track, packet)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(PublishedTrack track, RtpPacket packet) {
        int id = track.parameters().extensions().mid();
        if (packet.extensions().has(id)) {
            return text(packet, id).equals(track.parameters().mid());
        }
        CodecTable codecs = track.codecs();
        int type = packet.payloadType();
        return tracks.size() == 1
                || codecs.byPayloadType(type) != null
                || codecs.repairedBy(type) >= 0;
    }

    private boolean bind(PublishedTrack track, RtpPacket packet) {
        ExtensionIds ids = track.parameters().extensions();
        HeaderExtensions extensions = packet.extensions();
        int type = packet.payloadType();
        if (track.codecs().repairedBy(type) >= 0) {
            String rid =
                    extensions.has(ids.repairedRtpStreamId())
                            ? text(packet, ids.repairedRtpStreamId())
                            : "";
            Encoding encoding = encoding(track, rid);
            if (encoding == null || encoding.stream() == null) {
                return false;
            }
            bindRetransmission(encoding, packet.ssrc());
            return true;
        }
        if (track.codecs().byPayloadType(type) == null) {
            return false;
        }
        String rid = extensions.has(ids.rtpStreamId()) ? text(packet, ids.rtpStreamId()) : "";
        Encoding encoding = encoding(track, rid);
        if (encoding == null) {
            return false;
        }
        bindMedia(encoding, packet.ssrc(), clockRate(track, type));
        return true;
    }

    private static @Nullable Encoding encoding(PublishedTrack track, String rid) {
        for (Encoding encoding : track.encodings()) {
            if (encoding.rid().equals(rid)) {
                return encoding;
            }
        }
        return null;
    }

    private void bindMedia(Encoding encoding, long ssrc, int clockRate) {
        if (encoding.ssrc() >= 0) {
            media.remove((int) encoding.ssrc());
        }
        encoding.track().feed(encoding, ssrc, clockRate);
        media.put((int) ssrc, encoding);
    }

    private void bindRetransmission(Encoding encoding, long ssrc) {
        if (encoding.rtxSsrc() >= 0) {
            retransmissions.remove((int) encoding.rtxSsrc());
        }
        encoding.rtxSsrc(ssrc);
        retransmissions.put((int) ssrc, encoding);
    }

    private static int clockRate(PublishedTrack track, int payloadType) {
        CodecParameters codec = payloadType < 0 ? null : track.codecs().byPayloadType(payloadType);
        if (codec == null) {
            codec = track.parameters().codecs().get(0);
        }
        return codec.clockRate();
    }

    private static String text(RtpPacket packet, int id) {
        HeaderExtensions extensions = packet.extensions();
        return packet.buffer()
                .toString(extensions.offset(id), extensions.length(id), StandardCharsets.US_ASCII);
    }
}
