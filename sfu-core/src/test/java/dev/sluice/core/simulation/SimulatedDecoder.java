package dev.sluice.core.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Shows frames as a decoder does: in order and whole, each only when the one before was shown, or a
 * key frame. Waits a second for what is missing, then for a key frame.
 */
final class SimulatedDecoder {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long ASK_AGAIN_NANOS = 500_000_000L;

    private record Piece(long timestamp, boolean marker, boolean key, int layer, int picture) {}

    /** A frame that was shown. */
    record Shown(double seconds, int layer, long timestamp) {}

    private final Simulation simulation;
    private final boolean video;
    private final Runnable needsKeyFrame;
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private final List<Shown> shown = new ArrayList<>();
    private long highest = -1;
    private long first = -1;
    private long next = -1; // first number not shown yet
    private long stuckSince = -1;
    private long askedAt;
    private long packets;
    private long given;
    private int layer = -1;
    private int backwards;
    private int lastPicture = -1;
    private int pictureGaps;

    SimulatedDecoder(Simulation simulation, boolean video, Runnable needsKeyFrame) {
        this.simulation = simulation;
        this.video = video;
        this.needsKeyFrame = needsKeyFrame;
    }

    boolean isVideo() {
        return video;
    }

    long extend(int sequence) {
        if (highest < 0) {
            return (1L << 16) + sequence;
        }
        return highest + (short) (sequence - (int) highest);
    }

    /** Takes a packet. @return whether it was not there yet */
    boolean onPacket(long number, long timestamp, boolean marker, ByteBuf payload, int at) {
        first = first < 0 || next < 0 ? Math.min(first < 0 ? number : first, number) : first;
        highest = Math.max(highest, number);
        if (!video) {
            return true;
        }
        if (number < next || pieces.containsKey(number)) {
            return false;
        }
        packets++;
        boolean starts = (payload.getByte(at) & 0x10) != 0;
        boolean key = starts && payload.getByte(at + 6) == 0;
        int picture = payload.getUnsignedShort(at + 2) & 0x7FFF;
        pieces.put(number, new Piece(timestamp, marker, key, payload.getByte(at + 7), picture));
        show();
        return true;
    }

    private void show() {
        if (next < 0) {
            next = startOfKeyFrame(first);
            pieces.headMap(Math.max(0, next)).clear();
        }
        while (next >= 0 && showFrame()) {
            stuckSince = -1;
        }
        if (pieces.isEmpty()) {
            return;
        }
        if (stuckSince < 0) {
            stuckSince = simulation.now();
        }
        if (simulation.now() - stuckSince > PATIENCE_NANOS) {
            giveUp();
        }
    }

    /** Shows the frame at {@code next} when it is whole. */
    private boolean showFrame() {
        long at = next;
        Piece begin = pieces.get(at);
        if (begin == null) {
            return false;
        }
        Piece piece = begin;
        while (!piece.marker()) {
            at++;
            piece = pieces.get(at);
            if (piece == null) {
                return false;
            }
            if (piece.timestamp() != begin.timestamp()) {
                if (!piece.key()) {
                    throw new AssertionError("a frame without its end");
                }
                pieces.headMap(at).clear(); // cut by a switch: the key frame needs nothing of it
                next = at;
                return true;
            }
        }
        for (long i = next; i <= at; i++) {
            pieces.remove(i);
        }
        if (!shown.isEmpty()) {
            int step = (int) (begin.timestamp() - shown.getLast().timestamp());
            backwards += step <= 0 ? 1 : 0;
        }
        if (lastPicture >= 0 && ((begin.picture() - lastPicture) & 0x7FFF) != 1) {
            pictureGaps++;
        }
        lastPicture = begin.picture();
        next = at + 1;
        layer = begin.layer();
        shown.add(new Shown(simulation.seconds(), layer, begin.timestamp()));
        return true;
    }

    private void giveUp() {
        if (simulation.now() - askedAt > ASK_AGAIN_NANOS) {
            askedAt = simulation.now();
            needsKeyFrame.run();
        }
        long key = wholeKeyFrame(next < 0 ? first : next + 1);
        if (key >= 0) {
            given += next < 0 ? 0 : key - next - pieces.headMap(key).size();
            pieces.headMap(key).clear();
            next = key;
            stuckSince = -1;
        }
    }

    /** The first key frame behind what is missing of which nothing is missing. */
    private long wholeKeyFrame(long from) {
        for (long key = startOfKeyFrame(from); key >= 0; key = startOfKeyFrame(key + 1)) {
            long at = key;
            Piece piece = pieces.get(at);
            while (piece != null && !piece.marker()) {
                piece = pieces.get(++at);
            }
            if (piece != null) {
                return key;
            }
        }
        return -1;
    }

    private long startOfKeyFrame(long from) {
        for (var entry : pieces.tailMap(from).entrySet()) {
            if (entry.getValue().key()) {
                return entry.getKey();
            }
        }
        return -1;
    }

    /**
     * @return the layer of the latest frame, −1 before the first and when none came for half a
     *     second
     */
    int layer() {
        boolean fresh = !shown.isEmpty() && simulation.seconds() - shown.getLast().seconds() < 0.5;
        return fresh ? layer : -1;
    }

    List<Shown> shown() {
        return shown;
    }

    /**
     * @return when the first frame of this layer was shown after a time, in seconds; NaN for never
     */
    double firstOf(int wanted, double after) {
        for (Shown frame : shown) {
            if (frame.layer() == wanted && frame.seconds() >= after) {
                return frame.seconds();
            }
        }
        return Double.NaN;
    }

    /**
     * @return when the last frame of this layer was shown between two times
     */
    double lastOf(int wanted, double after, double until) {
        double last = Double.NaN;
        for (Shown frame : shown) {
            if (frame.layer() == wanted && frame.seconds() >= after && frame.seconds() < until) {
                last = frame.seconds();
            }
        }
        return last;
    }

    /**
     * @return share of the frames that were of this layer or above
     */
    double share(int atLeast, double from, double until) {
        long all = 0;
        long good = 0;
        for (Shown frame : shown) {
            if (frame.seconds() >= from && frame.seconds() < until) {
                all++;
                good += frame.layer() >= atLeast ? 1 : 0;
            }
        }
        double possible = Math.max((double) all, (until - from) * 30 * 0.9);
        return good / possible;
    }

    /**
     * @return how often the layer went down
     */
    int downs(double from, double until) {
        int downs = 0;
        int before = -1;
        for (Shown frame : shown) {
            if (frame.seconds() >= from && frame.seconds() < until) {
                downs += frame.layer() < before ? 1 : 0;
                before = frame.layer();
            }
        }
        return downs;
    }

    int switches(double from, double until) {
        int switches = 0;
        int before = -1;
        for (Shown frame : shown) {
            if (frame.seconds() >= from && frame.seconds() < until) {
                switches += before >= 0 && frame.layer() != before ? 1 : 0;
                before = frame.layer();
            }
        }
        return switches;
    }

    /**
     * @return the longest time without a new frame, seconds
     */
    double longestFreeze(double from, double until) {
        double longest = 0;
        double before = from;
        for (Shown frame : shown) {
            if (frame.seconds() >= from && frame.seconds() < until) {
                longest = Math.max(longest, frame.seconds() - before);
                before = frame.seconds();
            }
        }
        return Math.max(longest, until - before);
    }

    /**
     * @return share of packets that never came
     */
    double residualLoss() {
        return packets == 0 ? 1 : (double) given / (packets + given);
    }

    /**
     * @return how often the picture id did not run on by one
     */
    int pictureGaps() {
        return pictureGaps;
    }

    /**
     * @return frames a second between two times
     */
    double framesPerSecond(double from, double until) {
        return shown.stream()
                        .filter(each -> each.seconds() >= from && each.seconds() < until)
                        .count()
                / (until - from);
    }

    /**
     * @return frames whose timestamp did not advance
     */
    int backwards() {
        return backwards;
    }
}
