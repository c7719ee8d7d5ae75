package dev.sluice.core.data;

import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import io.netty.buffer.ByteBuf;

/** What happens on a peer's data channels; called on the worker, so post it on. */
public interface DataEvents {
    /** A channel may be used, whoever opened it. */
    void onChannel(String label, Reliability reliability);

    /**
     * A message came.
     *
     * @param text whether its sender meant text
     * @param message borrowed
     */
    void onMessage(String label, boolean text, ByteBuf message);

    /** A channel is closed on both sides. */
    void onChannelClosed(String label);

    /** All channels are gone; media goes on. */
    void onDataClosed(SctpCloseReason reason);
}
