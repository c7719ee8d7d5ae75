package dev.sluice.rtp;

/**
 * NTP timestamps of sender reports: 32 bits of seconds since 1900, 32 bits of fraction (RFC 3550
 * §4).
 */
public final class NtpTime {
    /** Seconds from 1900 to 1970. */
    private static final long EPOCH_SECONDS = 2_208_988_800L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private NtpTime() {}

    /**
     * @param unixNanos nanoseconds since 1970
     * @return the 64-bit NTP timestamp
     */
    public static long ofUnixNanos(long unixNanos) {
        long seconds = Math.floorDiv(unixNanos, NANOS_PER_SECOND) + EPOCH_SECONDS;
        long fraction = (Math.floorMod(unixNanos, NANOS_PER_SECOND) << 32) / NANOS_PER_SECOND;
        return (seconds << 32) | fraction;
    }

    /**
     * @return nanoseconds since 1970 of a 64-bit NTP timestamp
     */
    public static long toUnixNanos(long ntp) {
        long seconds = (ntp >>> 32) - EPOCH_SECONDS;
        return seconds * NANOS_PER_SECOND + (((ntp & 0xFFFF_FFFFL) * NANOS_PER_SECOND) >>> 32);
    }

    /**
     * @return the middle 32 bits, as LSR carries them (RFC 3550 §6.4.1)
     */
    public static long middle(long ntp) {
        return (ntp >>> 16) & 0xFFFF_FFFFL;
    }

    /**
     * @return nanoseconds of a span in units of 1/65,536 s, as DLSR carries it
     */
    public static long nanosOfShort(long units) {
        return (units * NANOS_PER_SECOND) >> 16;
    }

    /**
     * @return a span in units of 1/65,536 s
     */
    public static long shortOfNanos(long nanos) {
        return (nanos << 16) / NANOS_PER_SECOND;
    }
}
