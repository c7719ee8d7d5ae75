package dev.sluice.core.data;

/** Who wants to know how a receiver is; called on the receiver's worker. */
public interface DataSeat {
    /** Its queue is full, and those who send to it are to wait; or no longer. */
    void onFull(boolean full);

    /** The receiver is gone. */
    void onLeft();
}
