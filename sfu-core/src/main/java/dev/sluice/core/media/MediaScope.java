package dev.sluice.core.media;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.stats.Counters;
import dev.sluice.core.transport.Egress;
import dev.sluice.rtp.RtpPacket;
import dev.sluice.rtp.codec.VideoPayload;
import dev.sluice.rtp.codec.Vp8Descriptor;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;

/**
 * What all tracks of one worker share.
 *
 * @param allocator memory of packet caches
 * @param egress where subscriptions put packets
 * @param counters the worker's counters
 * @param deadlines the worker's timers
 * @param payloads view over video payloads
 * @param paced view over packets that waited for a pacer
 * @param vp8 view over VP8 descriptors
 * @param feedback room to read feedback into
 * @param padding what probes are made of when there is no media
 * @param held encodings whose packets wait for the rest of their frame
 * @param shedding what is left out while the worker has too much to do
 * @param random first sequence numbers and timestamps
 * @param audio how many audio tracks of a room are forwarded
 * @param unixOffsetNanos what to add to {@code nowNanos} to get nanoseconds since 1970
 */
public record MediaScope(
        ByteBufAllocator allocator,
        Egress egress,
        Counters counters,
        Deadlines deadlines,
        VideoPayload payloads,
        RtpPacket paced,
        Vp8Descriptor vp8,
        FeedbackScratch feedback,
        Padding padding,
        HeldFrames held,
        Shedding shedding,
        RandomGenerator random,
        AudioLimit audio,
        long unixOffsetNanos) {}
