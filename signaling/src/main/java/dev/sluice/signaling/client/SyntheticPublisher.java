package dev.sluice.signaling.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends sound every 20 ms and pictures 30 times a second: VP8 frames split evenly into packets the
 * way libwebrtc splits them, the last ones a byte longer when it does not divide. Each packet
 * carries the time it was sent.
 */
public final class SyntheticPublisher extends ClientPeer {
    /** Where in the payload the time stands: behind the VP8 descriptor and the frame's header. */
    public static final int TIME_AT = 16;

    /** Where in the payload the mark stands. */
    public static final int MARK_AT = 24;

    static final int OPUS = 111;
    static final int VP8 = 96;

    private static final long AUDIO_NANOS = 20_000_000L;
    private static final long FRAME_NANOS = 1_000_000_000L / 30;
    private static final int AUDIO_BYTES = 100;
    private static final int MAX_PAYLOAD = 1160;
    private static final int KEY_FRAME_FACTOR = 4;
    private static final int DESCRIPTOR = 4;
    private static final int HEADER = 12;
    private static final int LAYERS = 3;
    private static final String RIDS = "qhf";

    private final boolean silent;
    private final boolean simulcast;
    private final int frameBytes;
    private final long audioSsrc;
    private final long videoSsrc;
    private final ByteBuf payload = Unpooled.directBuffer(2048).writeZero(2048);
    private long audioIndex = 1000;
    private final long[] videoIndexes = {1000, 2000, 3000};
    private long frame;
    private long nextAudio = Long.MAX_VALUE;
    private long nextFrame = Long.MAX_VALUE;
    private boolean keyFrame = true;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();

    /**
     * @param bitrate of the pictures, 0 for sound alone, −1 for a publisher that says nothing
     * @param firstSsrc of the sound; pictures have the next one
     * @param phaseNanos when in a frame's time this one sends, so that not all do at once
     */
    public SyntheticPublisher(ClientLoop loop, int bitrate, long firstSsrc, long phaseNanos) {
        this(loop, bitrate, firstSsrc, phaseNanos, false);
    }

    /**
     * @param simulcast whether pictures are sent in three sizes, each with four times the bits of
     *     the one below; {@code bitrate} is the largest one's
     */
    public SyntheticPublisher(
            ClientLoop loop, int bitrate, long firstSsrc, long phaseNanos, boolean simulcast) {
        super(loop);
        this.simulcast = simulcast;
        this.silent = bitrate < 0;
        this.frameBytes = Math.max(0, bitrate) / 8 / 30;
        this.audioSsrc = firstSsrc;
        this.videoSsrc = firstSsrc + 1;
        this.phaseNanos = phaseNanos;
    }

    private final long phaseNanos;

    @Override
    protected void onUp(long nowNanos) {
        nextAudio = silent ? Long.MAX_VALUE : nowNanos + phaseNanos;
        nextFrame = frameBytes == 0 ? Long.MAX_VALUE : nowNanos + phaseNanos;
    }

    @Override
    public void onTick(long nowNanos) {
        super.onTick(nowNanos);
        if (!isUp()) {
            return;
        }
        if (nowNanos >= nextAudio) {
            nextAudio += AUDIO_NANOS;
            header(OPUS, false, audioIndex, audioIndex * 960, audioSsrc);
            payload.setByte(0, 0x78);
            stamp();
            sendRtp(HEADER, payload, AUDIO_BYTES, audioSsrc, audioIndex++);
            sent.lazySet(sent.get() + 1);
        }
        if (nowNanos >= nextFrame) {
            nextFrame += FRAME_NANOS;
            sendFrame();
        }
    }

    /** Sends a frame now, of each size; on the loop. */
    public void sendFrame() {
        frame++;
        if (simulcast) {
            for (int layer = 0; layer < LAYERS; layer++) {
                sendLayer(layer, frameBytes >> (2 * (LAYERS - 1 - layer)));
            }
        } else {
            sendLayer(0, frameBytes);
        }
        keyFrame = false;
    }

    private void sendLayer(int layer, int frameSize) {
        int bytes = Math.max(100, keyFrame ? KEY_FRAME_FACTOR * frameSize : frameSize);
        int packets = (bytes + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
        int longer = bytes % packets;
        long ssrc = videoSsrc + layer;
        for (int i = 0; i < packets; i++) {
            int length = bytes / packets + (i >= packets - longer ? 1 : 0);
            boolean last = i == packets - 1;
            header(VP8, last, videoIndexes[layer], frame * 3000, ssrc);
            int header = simulcast ? extension(layer) : HEADER;
            // RFC 7741 §4.2: X and S, I, 15 bits of picture id
            payload.setByte(0, i == 0 ? 0x90 : 0x80).setByte(1, 0x80);
            payload.setShort(2, 0x8000 | (int) (frame & 0x7FFF));
            payload.setByte(DESCRIPTOR, keyFrame && i == 0 ? 0x00 : 0x01);
            stamp();
            sendRtp(header, payload, length, ssrc, videoIndexes[layer]++);
            sent.lazySet(sent.get() + 1);
        }
    }

    /** MID 1 and the layer's rid (RFC 8285 §4.2, RFC 8852). @return bytes of the header */
    private int extension(int layer) {
        ByteBuf packet = outgoing();
        packet.setByte(0, 0x90).setInt(HEADER, 0xBEDE0001);
        packet.setByte(HEADER + 4, 0x10).setByte(HEADER + 5, '1');
        packet.setByte(HEADER + 6, 0x20).setByte(HEADER + 7, RIDS.charAt(layer));
        return HEADER + 8;
    }

    /** Puts a number into every packet from now on; before it connects. */
    public void mark(long mark) {
        payload.setLong(MARK_AT, mark);
    }

    private void stamp() {
        payload.setLong(TIME_AT, System.nanoTime());
    }

    private void header(int type, boolean marker, long index, long timestamp, long ssrc) {
        ByteBuf packet = outgoing();
        packet.setByte(0, 0x80).setByte(1, type | (marker ? 0x80 : 0));
        packet.setShort(2, (int) index & 0xFFFF).setInt(4, (int) timestamp).setInt(8, (int) ssrc);
    }

    @Override
    protected void onFreed() {
        payload.release();
    }

    @Override
    protected void onPacket(long nowNanos, ByteBuf packet, int length) {
        // nobody sends to a publisher
    }

    @Override
    protected void onReport(ByteBuf report, int length) {
        for (int at = 0; at + 4 <= length; at += 4 * (report.getUnsignedShort(at + 2) + 1)) {
            int type = report.getUnsignedByte(at + 1);
            if (type == 206) { // PLI and FIR
                keyFrame = true;
                asked.lazySet(asked.get() + 1);
            }
        }
    }

    /**
     * @return requests for key frames that came; from any thread
     */
    public long asked() {
        return asked.get();
    }

    /**
     * @return packets sent; from any thread
     */
    public long sent() {
        return sent.get();
    }
}
