package dev.sluice.core.data;

import dev.sluice.sctp.Reliability;
import dev.sluice.sctp.SctpCloseReason;
import io.netty.buffer.ByteBuf;

/** What happens on a peer's data channels; called on the worker, so post it on. */
public interface DataEvents {
    /** What became of a message. */
    enum Answer {
        TAKEN,
        /**
         * Taken, but no more can be for now: the sender's window shrinks until {@link
         * dev.sluice.core.PeerHandle#resumeData} is called.
         */
        FULL,
        /** Not wanted; it is counted. */
        REFUSED
    }

    /** A channel may be used, whoever opened it. */
    void onChannel(String label, Reliability reliability);

    /**
     * A message came.
     *
     * @param text whether its sender meant text
     * @param message borrowed; may be retained, its indices stay as they are
     */
    Answer onMessage(String label, boolean text, ByteBuf message);

    /** A channel is closed on both sides. */
    void onChannelClosed(String label);

    /** All channels are gone; media goes on. */
    void onDataClosed(SctpCloseReason reason);
}
