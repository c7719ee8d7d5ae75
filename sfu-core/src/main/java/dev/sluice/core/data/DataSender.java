package dev.sluice.core.data;

/** One who sends to a room. It waits while one of those that it sends to is full. */
public final class DataSender {
    private final Runnable resume;
    private volatile int holds; // written by the room's worker

    /**
     * @param resume it need wait no longer; called on the room's worker
     */
    public DataSender(Runnable resume) {
        this.resume = resume;
    }

    /**
     * @return whether it may send more; from any thread
     */
    public boolean mayGoOn() {
        return holds == 0;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void hold() {
        holds++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void release() {
        holds--;
        if (holds == 0) {
            resume.run();
        }
    }
}
