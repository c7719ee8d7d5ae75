package dev.sluice.core.transport;

import dev.sluice.core.stats.DropReason;
import dev.sluice.srtp.SrtpResult;

/** Translates SRTP results into drop reasons. */
final class SealFailures {
    private SealFailures() {}

    static DropReason inbound(int result) {
        return switch (result) {
            case SrtpResult.REPLAYED -> DropReason.SRTP_REPLAYED;
            case SrtpResult.BAD_TAG -> DropReason.SRTP_BAD_TAG;
            case SrtpResult.TOO_MANY_SSRCS -> DropReason.SRTP_TOO_MANY_SSRCS;
            case SrtpResult.NOT_ENCRYPTED -> DropReason.SRTP_NOT_ENCRYPTED;
            default -> DropReason.SRTP_MALFORMED;
        };
    }

    static DropReason outbound(int result) {
        return result == SrtpResult.INDEX_USED ? DropReason.INDEX_USED : DropReason.KEY_EXHAUSTED;
    }
}
