package dev.sluice.signaling.livekit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * What others hear of a room's participants. Of those who publish they hear at once. An audience
 * that comes and goes would cost its square: in rooms of more than {@value #LARGE} it is told of
 * once a second.
 */
final class Presence {
    static final int LARGE = 50;

    private static final long TOGETHER_MILLIS = 1000;

    private final SignalScope scope;
    private final BiConsumer<@Nullable Session, SignalResponse> others;
    private final Map<String, ParticipantInfo> waiting = new LinkedHashMap<>();
    private @Nullable Future<?> telling;

    /**
     * @param others tells all but one, or all
     */
    Presence(SignalScope scope, BiConsumer<@Nullable Session, SignalResponse> others) {
        this.scope = scope;
        this.others = others;
    }

    /**
     * Others are to hear of a participant.
     *
     * @param size participants of the room
     */
    void tell(Session about, ParticipantInfo info, int size) {
        waiting.remove(info.getSid()); // older than this
        if (size <= LARGE || info.getIsPublisher()) {
            others.accept(about, Messages.update(List.of(info)));
            return;
        }
        waiting.put(info.getSid(), info);
        if (telling == null) {
            telling = scope.loop().schedule(this::flush, TOGETHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Others hear now of who waits to be told of. */
    void flush() {
        if (telling != null) {
            telling.cancel(false);
            telling = null;
        }
        if (!waiting.isEmpty()) {
            SignalResponse all = Messages.update(List.copyOf(waiting.values()));
            waiting.clear();
            others.accept(null, all);
        }
    }

    /** Forgets what waits. */
    void close() {
        waiting.clear();
        flush();
    }
}
