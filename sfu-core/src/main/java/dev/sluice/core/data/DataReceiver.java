package dev.sluice.core.data;

/** A peer that messages are sent to; on its own worker. */
public interface DataReceiver {
    /** Sends a message on the channel that is meant, if there is one; borrowed. */
    void send(long nowNanos, DataMessage message);

    /** Tells that one from now on whether the receiver keeps up, and when it is gone. */
    void listen(DataSeat seat);
}
