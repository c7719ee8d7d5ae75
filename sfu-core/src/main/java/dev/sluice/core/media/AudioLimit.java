package dev.sluice.core.media;

/**
 * How many audio tracks of a room are forwarded at a time.
 *
 * @param most in a large room, the loudest; 0 for all
 * @param small rooms with at most so many audio tracks are not large
 */
public record AudioLimit(int most, int small) {
    /** All are forwarded. */
    public static final AudioLimit NONE = new AudioLimit(0, 0);
}
