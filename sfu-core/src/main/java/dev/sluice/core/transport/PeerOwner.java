package dev.sluice.core.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Who a transport works for: takes its opened packets and hears of its life. */
public interface PeerOwner {
    /**
     * @return where a packet of this SSRC is to be opened, null when the SSRC is not known yet
     */
    @Nullable OpenTarget targetOf(int ssrc);

    /**
     * A packet of this SSRC came. Where it is not wanted, since there is too much to do, nothing up
     * to the next one that is will be asked for again.
     *
     * @return whether it is worth opening now
     */
    boolean wants(int ssrc);

    /**
     * An authenticated plain RTP packet.
     *
     * @param target what {@link #targetOf} gave: the packet lies in its free slot
     */
    void onRtp(long nowNanos, @Nullable OpenTarget target, ByteBuf buffer, int offset, int length);

    /** An authenticated plain RTCP compound. */
    void onRtcp(long nowNanos, ByteBuf buffer, int offset, int length);

    /**
     * Application data of the peer.
     *
     * @param bytes of one DTLS record; borrowed
     * @return whether it is wanted
     */
    boolean onData(long nowNanos, ByteBuf bytes);

    /** SRTP is up. */
    void onConnected(long nowNanos);

    /** The peer fell silent ({@code true}) or spoke again. */
    void onQuiet(boolean quiet);

    /** Video had to be dropped on its way to the peer: only key frames make that good. */
    void onVideoLost();

    /** The transport ended by itself; called once, everything of the transport is freed. */
    void onClosed(CloseReason reason);
}
