package dev.sluice.signaling.livekit;

import dev.sluice.core.PeerHandle;
import dev.sluice.core.congestion.LinkQuality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.ConnectionQualityUpdate;
import livekit.LivekitRtc.SignalResponse;

/** Tells everybody in a room every five seconds whose connection became better or worse. */
final class QualityMonitor {
    private static final long INTERVAL_SECONDS = 5;
    private static final double EXCELLENT = 80;
    private static final double GOOD = 40;

    private final SignalScope scope;
    private final Collection<Session> sessions;
    private final Map<String, ConnectionQuality> told = new HashMap<>();
    private final Set<Connection> silent = new HashSet<>();
    private final Future<?> timer;

    /**
     * @param sessions of the room; a live view, read on the control loop
     */
    QualityMonitor(SignalScope scope, Collection<Session> sessions) {
        this.scope = scope;
        this.sessions = sessions;
        this.timer =
                scope.loop()
                        .scheduleWithFixedDelay(
                                this::ask, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void ask() {
        List<CompletableFuture<?>> asked = new ArrayList<>();
        Map<Session, List<CompletableFuture<Double>>> scores = new HashMap<>();
        for (Session session : sessions) {
            for (PeerHandle peer : session.peers()) {
                CompletableFuture<Double> score = peer.takeQuality();
                scores.computeIfAbsent(session, each -> new ArrayList<>()).add(score);
                asked.add(score);
            }
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .orTimeout(INTERVAL_SECONDS, TimeUnit.SECONDS)
                .whenCompleteAsync(
                        (done, late) -> {
                            if (late == null) {
                                tell(scores);
                            }
                        },
                        scope.loop());
    }

    /**
     * A connection is silent, or no longer: everybody hears of it at once. How good it is then
     * shows in time.
     */
    void onSilent(Connection connection, boolean isSilent) {
        Session session = connection.session();
        if (isSilent) {
            silent.add(connection);
        } else {
            silent.remove(connection);
        }
        ConnectionQuality quality =
                isSilent(session) ? ConnectionQuality.LOST : ConnectionQuality.EXCELLENT;
        boolean wasLost = told.get(session.sid()) == ConnectionQuality.LOST;
        boolean here = sessions.contains(session) && session.isVisible();
        if (here && wasLost != isSilent(session)) {
            told.put(session.sid(), quality);
            tell(
                    ConnectionQualityUpdate.newBuilder()
                            .addUpdates(
                                    ConnectionQualityInfo.newBuilder()
                                            .setParticipantSid(session.sid())
                                            .setQuality(quality)));
        }
    }

    private boolean isSilent(Session session) {
        return silent.stream()
                .anyMatch(connection -> connection.session().sid().equals(session.sid()));
    }

    private void tell(Map<Session, List<CompletableFuture<Double>>> scores) {
        ConnectionQualityUpdate.Builder update = ConnectionQualityUpdate.newBuilder();
        told.keySet().retainAll(sessions.stream().map(Session::sid).toList());
        scores.forEach((session, of) -> {
            double worst =
                    of.stream()
                            .mapToDouble(CompletableFuture::join)
                            .filter(score -> score != LinkQuality.UNKNOWN)
                            .min()
                            .orElse(LinkQuality.UNKNOWN);
            boolean here = sessions.contains(session) && session.isVisible() && !isSilent(session);
            if (worst == LinkQuality.UNKNOWN || !here) {
                return;
            }
            ConnectionQuality quality = level(worst);
            if (told.put(session.sid(), quality) != quality) {
                update.addUpdates(
                        ConnectionQualityInfo.newBuilder()
                                .setParticipantSid(session.sid())
                                .setQuality(quality)
                                .setScore((float) worst / 20)); // 0 to 5, as the SDKs expect
            }
        });
        if (update.getUpdatesCount() > 0) {
            tell(update);
        }
    }

    private void tell(ConnectionQualityUpdate.Builder update) {
        SignalResponse message = SignalResponse.newBuilder().setConnectionQuality(update).build();
        List.copyOf(sessions).forEach(session -> session.send(message));
    }

    static ConnectionQuality level(double score) {
        if (score > EXCELLENT) {
            return ConnectionQuality.EXCELLENT;
        }
        return score > GOOD ? ConnectionQuality.GOOD : ConnectionQuality.POOR;
    }

    void close() {
        timer.cancel(false);
    }
}
