package dev.sluice.core.media;

import dev.sluice.core.feedback.ReceiverReporter;
import dev.sluice.core.feedback.ReorderDelay;
import dev.sluice.core.feedback.RtcpSink;

/**
 * What all tracks of one publishing peer share.
 *
 * @param rtcp RTCP to the publisher
 * @param reports its receiver reports
 * @param clock its NTP clock against ours
 * @param reorder how late its packets come out of order
 * @param senderSsrc SSRC of our feedback
 */
record Publisher(
        RtcpSink rtcp,
        ReceiverReporter reports,
        SenderClock clock,
        ReorderDelay reorder,
        long senderSsrc) {}
