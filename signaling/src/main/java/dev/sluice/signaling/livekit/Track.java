package dev.sluice.signaling.livekit;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.room.SsrcAllocator;
import dev.sluice.signaling.sdp.SubscriberTrack;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import livekit.LivekitModels.AudioTrackFeature;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;

/** A track that a participant announced, and published once its media section is there. */
final class Track {
    private final String sid;
    private final String cid;
    private final List<String> cids;
    private final List<VideoLayer> layers;
    private TrackInfo info;
    private boolean announced;
    private boolean received;
    private List<CodecParameters> codecs = List.of();
    private List<String> rids = List.of();

    Track(String sid, AddTrackRequest request) {
        this.sid = sid;
        this.cid = request.getCid();
        this.cids =
                Stream.concat(
                                Stream.of(request.getCid()),
                                request.getSimulcastCodecsList().stream()
                                        .map(codec -> codec.getCid()))
                        .filter(each -> !each.isEmpty())
                        .distinct()
                        .toList();
        this.layers = layers(request);
        this.info = describe(sid, request);
    }

    @SuppressWarnings("deprecation") // older SDKs read the fields that newer ones replaced
    private static TrackInfo describe(String sid, AddTrackRequest request) {
        TrackInfo.Builder info =
                TrackInfo.newBuilder()
                        .setSid(sid)
                        .setType(request.getType())
                        .setName(request.getName())
                        .setMuted(request.getMuted())
                        .setWidth(request.getWidth())
                        .setHeight(request.getHeight())
                        .setSource(request.getSource())
                        .setSimulcast(request.getLayersCount() > 1)
                        .addAllLayers(request.getLayersList())
                        .setDisableDtx(request.getDisableDtx())
                        .setStereo(request.getStereo())
                        .setDisableRed(request.getDisableRed())
                        .setEncryption(request.getEncryption())
                        .addAllAudioFeatures(request.getAudioFeaturesList())
                        .setStream(stream(request));
        if (request.getSimulcastCodecsCount() > 0) {
            String codec = request.getSimulcastCodecs(0).getCodec();
            info.setMimeType(mime(request.getType() == TrackType.VIDEO, codec));
        }
        return info.build();
    }

    private static List<VideoLayer> layers(AddTrackRequest request) {
        if (request.getLayersCount() == 0 && request.getSimulcastCodecsCount() > 0) {
            return request.getSimulcastCodecs(0).getLayersList();
        }
        return request.getLayersList();
    }

    /** Camera and microphone are one stream, a screen and its sound another. */
    private static String stream(AddTrackRequest request) {
        if (!request.getStream().isEmpty()) {
            return request.getStream();
        }
        boolean screen =
                request.getSource() == TrackSource.SCREEN_SHARE
                        || request.getSource() == TrackSource.SCREEN_SHARE_AUDIO;
        return screen ? "screen" : "camera";
    }

    private static String mime(boolean video, String codec) {
        if (codec.isEmpty()) {
            return "";
        }
        String name = codec.contains("/") ? codec.substring(codec.indexOf('/') + 1) : codec;
        return video
                ? "video/" + name.toUpperCase(Locale.ROOT)
                : "audio/" + name.toLowerCase(Locale.ROOT);
    }

    /** The media section with this track is there. */
    @SuppressWarnings("deprecation") // as above
    void publish(String mid, List<CodecParameters> codecs, List<String> rids) {
        this.codecs = List.copyOf(codecs);
        this.rids = List.copyOf(rids);
        TrackInfo.Builder builder = info.toBuilder().setMid(mid).clearCodecs();
        if (info.getMimeType().isEmpty()) {
            builder.setMimeType(mime(isVideo(), codecs.get(0).name()));
        }
        builder.addCodecs(
                SimulcastCodecInfo.newBuilder()
                        .setMimeType(builder.getMimeType())
                        .setMid(mid)
                        .setCid(cid)
                        .addAllLayers(layers));
        info = builder.build();
    }

    void features(List<AudioTrackFeature> features) {
        info = info.toBuilder().clearAudioFeatures().addAllAudioFeatures(features).build();
    }

    void size(int width, int height) {
        info = info.toBuilder().setWidth(width).setHeight(height).build();
    }

    /** Takes note that others were told of it. @return whether they were not before */
    boolean announce() {
        boolean first = !announced;
        announced = true;
        return first;
    }

    /** Takes note that somebody receives it. @return whether that is the first */
    boolean receive() {
        boolean first = !received;
        received = true;
        return first;
    }

    void muted(boolean muted) {
        info = info.toBuilder().setMuted(muted).build();
    }

    /**
     * @return rids lowest layer first: as announced, else the usual q, h, f, else as they stand
     */
    List<String> orderLowestFirst(List<String> offered) {
        List<String> announced =
                layers.stream()
                        .sorted(Comparator.comparing(VideoLayer::getQuality))
                        .map(VideoLayer::getRid)
                        .filter(rid -> !rid.isEmpty())
                        .toList();
        List<String> order = announced.containsAll(offered) ? announced : List.of("q", "h", "f");
        return order.containsAll(offered)
                ? order.stream().filter(offered::contains).toList()
                : offered;
    }

    /**
     * @return the layer whose picture is just large enough, 0 for the lowest
     */
    int layerFor(int width, int height) {
        List<VideoLayer> ordered = layersLowestFirst();
        for (int i = 0; i < ordered.size(); i++) {
            VideoLayer layer = ordered.get(i);
            boolean portrait = layer.getWidth() < layer.getHeight();
            int has = portrait ? layer.getWidth() : layer.getHeight();
            int wants = portrait ? Math.min(width, height) : height;
            if (has >= 0.8 * wants) { // a little smaller is not seen
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    /**
     * @return the layer of a quality, as far as there are layers
     */
    int layerFor(VideoQuality quality) {
        List<VideoLayer> ordered = layersLowestFirst();
        for (int i = ordered.size() - 1; i >= 0; i--) {
            if (ordered.get(i).getQuality().getNumber() <= quality.getNumber()) {
                return i;
            }
        }
        return ordered.isEmpty() && quality != VideoQuality.LOW ? Integer.MAX_VALUE : 0;
    }

    private List<VideoLayer> layersLowestFirst() {
        return layers.stream()
                .filter(layer -> layer.getQuality() != VideoQuality.OFF)
                .sorted(Comparator.comparing(VideoLayer::getQuality))
                .toList();
    }

    /**
     * @return for each quality that the publisher has an encoding for, whether it is wanted
     */
    Map<VideoQuality, Boolean> qualities(int highestLayer) {
        Map<VideoQuality, Boolean> wanted = new EnumMap<>(VideoQuality.class);
        List<String> usual = List.of("q", "h", "f");
        for (int i = 0; i < rids.size(); i++) {
            int at = usual.indexOf(rids.get(i));
            VideoQuality quality = VideoQuality.forNumber(at < 0 ? i : at);
            if (quality != null) {
                wanted.put(quality, i <= highestLayer);
            }
        }
        return wanted;
    }

    /**
     * @return encoding name in lower case, as the SDKs compare it
     */
    String codecName() {
        String mime = info.getMimeType();
        return mime.substring(mime.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    boolean answersTo(String clientTrackId) {
        return cids.contains(clientTrackId);
    }

    String sid() {
        return sid;
    }

    String cid() {
        return cid;
    }

    TrackInfo info() {
        return info;
    }

    boolean isVideo() {
        return info.getType() == TrackType.VIDEO;
    }

    /**
     * Describes it for a receiver's media section, under SSRCs of its own.
     *
     * @param stream tracks of one stream are shown in step
     */
    SubscriberTrack sentTo(String stream, String publisherSid, SsrcAllocator ssrcs) {
        return new SubscriberTrack(
                sid,
                kind(),
                codecs,
                stream,
                sid,
                publisherSid,
                ssrcs.next(),
                isVideo() ? ssrcs.next() : -1);
    }

    /**
     * @return whether its frames are encrypted end to end
     */
    boolean isOpaque() {
        return info.getEncryption() != Encryption.Type.NONE;
    }

    boolean isScreen() {
        return info.getSource() == TrackSource.SCREEN_SHARE;
    }

    MediaKind kind() {
        return isVideo() ? MediaKind.VIDEO : MediaKind.AUDIO;
    }

    boolean isPublished() {
        return !codecs.isEmpty();
    }

    List<CodecParameters> codecs() {
        return codecs;
    }

    List<String> rids() {
        return rids;
    }
}
