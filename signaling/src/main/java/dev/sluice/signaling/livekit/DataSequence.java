package dev.sluice.signaling.livekit;

/** Numbers of a participant's reliable messages, which it repeats when its signaling comes back. */
final class DataSequence {
    private int last;

    /**
     * @param number of a message; 0 is none
     * @return whether it came before
     */
    boolean isRepeated(int number) {
        boolean repeated = number > 0 && number <= last;
        last = Math.max(last, number);
        return repeated;
    }

    int last() {
        return last;
    }
}
