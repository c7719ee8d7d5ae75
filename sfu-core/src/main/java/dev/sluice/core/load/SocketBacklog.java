package dev.sluice.core.load;

import org.jspecify.annotations.Nullable;

/**
 * Notices that a socket is not read empty for a while: what comes from it then has waited, and the
 * kernel soon throws away whatever comes, sound too. Video is read past from there on, unopened,
 * until the socket is empty, and a little longer, so that {@link OverloadControl} can act.
 *
 * <p>A pause of the collector is no backlog: what waited is read at once after it.
 */
public final class SocketBacklog {
    /**
     * So long may a socket not be empty: more than a moment's disturbance, less than a talk bears.
     */
    public static final long MOST_NANOS = 200_000_000L;

    /** The same where there was too much to do lately. */
    public static final long MOST_WARNED_NANOS = 50_000_000L;

    /** Reading past lasts so long at least: less would only tear gaps. */
    public static final long LEAST_NANOS = 300_000_000L;

    private @Nullable Object socket;
    private long sinceNanos;
    private long beganNanos;
    private boolean reading;
    private boolean warned;

    /**
     * Sets whether there was too much to do lately: it is for what comes then to show otherwise.
     */
    public void warned(boolean overloaded) {
        warned = overloaded;
    }

    /**
     * A socket was read.
     *
     * @param of the socket: each of a loop's is read empty or not on its own
     * @param more whether something was left in it
     */
    public void onBurst(long nowNanos, Object of, boolean more) {
        if (more) {
            if (socket == null) {
                socket = of;
                sinceNanos = nowNanos;
            }
        } else if (of.equals(socket)) {
            socket = null;
        }
        review(nowNanos);
    }

    /** Time goes on, whether anything comes or not. */
    public void review(long nowNanos) {
        if (socket != null && nowNanos - sinceNanos >= (warned ? MOST_WARNED_NANOS : MOST_NANOS)) {
            if (!reading) {
                beganNanos = nowNanos;
            }
            reading = true;
        } else if (reading && socket == null) {
            reading = nowNanos - beganNanos < LEAST_NANOS;
        }
    }

    /**
     * @return whether video is to be read past
     */
    public boolean isReadPast() {
        return reading;
    }
}
