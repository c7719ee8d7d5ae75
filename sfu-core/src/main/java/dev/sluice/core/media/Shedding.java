package dev.sluice.core.media;

import dev.sluice.core.load.LoadLevel;

/**
 * What a worker with too much to do leaves of its subscribers' wishes for video. Each subscriber
 * has a stage: what it pinned, screens, or else its most important track. The others are tiles.
 * Sound is never touched.
 */
public final class Shedding {
    private LoadLevel level = LoadLevel.NORMAL;
    private boolean readPast;

    /** Sets how much is shed from now on. */
    public void level(LoadLevel level) {
        this.level = level;
    }

    /** Sets whether video waited too long before it was read, and is not worth reading now. */
    public void readPast(boolean past) {
        readPast = past;
    }

    /**
     * @return whether anything is shed
     */
    boolean isOn() {
        return level.thins();
    }

    /**
     * @return whether video is not even opened
     */
    public boolean isSoundAlone() {
        return readPast || level == LoadLevel.AUDIO_ONLY;
    }

    /**
     * @param stage whether the track is on the subscriber's stage
     * @return whether the track is not forwarded for now
     */
    boolean pauses(boolean stage) {
        return level == LoadLevel.AUDIO_ONLY || (level == LoadLevel.STAGE_ONLY && !stage);
    }

    /**
     * @param full highest layer that the publisher announced
     * @return what is left of a wish
     */
    Wish shed(Wish wish, boolean stage, int full) {
        if (!isOn()) {
            return wish;
        }
        boolean lowest = level.compareTo(stage ? LoadLevel.STAGE_ONLY : LoadLevel.FEW_FRAMES) >= 0;
        if (lowest) {
            return new Wish(0, wish.cause(), 1, wish.priority(), wish.disabled());
        }
        boolean lower = !stage || level == LoadLevel.FEW_FRAMES;
        int most = lower ? Math.max(0, full - 1) : full;
        return wish.layer() <= most
                ? wish
                : new Wish(
                        most,
                        wish.cause(),
                        wish.framesPerSecond(),
                        wish.priority(),
                        wish.disabled());
    }
}
