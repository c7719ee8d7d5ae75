package dev.sluice.sctp;

import io.netty.buffer.ByteBuf;

/** Who an association works for. */
public interface SctpSink {
    /**
     * A packet is to be sent as one DTLS record.
     *
     * @param packet readable bytes; valid during the call
     */
    void packet(ByteBuf packet);

    /**
     * A message came whole.
     *
     * @param message the receiver's to release
     */
    void message(int stream, int ppid, boolean unordered, ByteBuf message);

    /** A fragment is sent once more. */
    void retransmitted();

    /** A message of a stream was given up, as its reliability allows. */
    void abandoned(int stream);

    /** A message was longer than {@link Association#MAX_MESSAGE}; it is thrown away. */
    void messageTooBig(int stream);

    /**
     * Streams begin anew.
     *
     * @param byPeer whether the peer sends on them from 0 again, rather than we
     */
    void streamsReset(int[] streams, boolean byPeer);

    /** Messages may be sent. */
    void up();

    /** The association ended; nothing more comes. */
    void down(SctpCloseReason reason);
}
