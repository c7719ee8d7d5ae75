package dev.sluice.signaling.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets ten lines a second of each cause into the log, whoever provokes them: a cause is what the
 * line says apart from its values. How many were left out is said with the first line that comes
 * through again.
 */
public final class LogLimit extends TurboFilter {
    private static final int LINES = 10;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int CAUSES = 1_000;
    private static final String LEFT_OUT = "left out {} lines like: {}";

    /** Lines of one cause in the present second. */
    private static final class Cause {
        private long secondNanos;
        private int lines;
        private int leftOut;

        Cause(long nowNanos) {
            secondNanos = nowNanos;
        }

        /**
         * @return lines left out before this one, −1 when this one is left out, too
         */
        synchronized int take(long nowNanos) {
            if (nowNanos - secondNanos >= SECOND_NANOS) {
                secondNanos = nowNanos;
                lines = 0;
            }
            if (lines >= LINES) {
                leftOut++;
                return -1;
            }
            lines++;
            int before = leftOut;
            leftOut = 0;
            return before;
        }
    }

    private final Map<String, Cause> causes = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    /** As the configuration of the log makes it. */
    public LogLimit() {
        this(System::nanoTime);
    }

    LogLimit(LongSupplier nanoClock) {
        clock = nanoClock;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] values,
            @Nullable Throwable thrown) {
        if (format == null
                || format.equals(LEFT_OUT)
                || !level.isGreaterOrEqual(logger.getEffectiveLevel())
                || causes.size() >= CAUSES) {
            return FilterReply.NEUTRAL;
        }
        long nowNanos = clock.getAsLong();
        int leftOut = causes.computeIfAbsent(format, _ -> new Cause(nowNanos)).take(nowNanos);
        if (leftOut > 0) {
            logger.warn(LEFT_OUT, leftOut, format);
        }
        return leftOut < 0 ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
