package dev.sluice.core;

import dev.sluice.core.media.AudioLimit;
import dev.sluice.core.transport.SocketMode;
import dev.sluice.srtp.SrtpProfile;
import dev.sluice.srtp.SrtpProvider;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of one {@link Sfu}. Immutable.
 *
 * @param bind local addresses to listen on, concrete ones; the first is preferred
 * @param advertise further addresses to name in candidates, for one-to-one address translation
 * @param udpPort port of the first worker, the others count up; 0 takes any free port each
 * @param tcpPort port for peers that cannot use UDP, one for all workers; 0 takes any free port,
 *     {@link #NO_TCP} none
 * @param workers event loops, at least 1
 * @param srtpProfiles accepted profiles, best first
 * @param maxHandshakes DTLS handshakes at a time
 * @param srtpProvider the only cipher provider to use, null for the best
 * @param sockets how datagrams are sent and received
 * @param audio how many audio tracks of a room are forwarded
 * @param peersBeforeOverflow peers on a worker before further subscribers of its rooms go to others
 * @param dataBytesPerSecond that each peer may send on data channels, at least 1,000
 * @param loadLimit percent of a core that a worker may take before it keeps newcomers out and, a
 *     little above, thins video; 0 for no limit
 */
public record SfuConfig(
        List<InetAddress> bind,
        List<InetAddress> advertise,
        int udpPort,
        int tcpPort,
        int workers,
        List<SrtpProfile> srtpProfiles,
        int maxHandshakes,
        @Nullable SrtpProvider srtpProvider,
        SocketMode sockets,
        AudioLimit audio,
        int peersBeforeOverflow,
        int dataBytesPerSecond,
        int loadLimit) {
    /** Bytes a second that each peer may send on data channels: as much as a video. */
    public static final int DATA_BYTES_PER_SECOND = 1_250_000;

    /** Percent of a core that a worker may take. */
    public static final int LOAD_LIMIT = 85;

    /** No TCP port. */
    public static final int NO_TCP = -1;

    /** Peers on a worker before further subscribers of its rooms go to others. */
    public static final int PEERS_BEFORE_OVERFLOW = 128;

    /** Profiles in our order of preference. */
    public static final List<SrtpProfile> ALL_PROFILES = List.of(SrtpProfile.values());

    /** Checks ranges and copies the lists. */
    public SfuConfig {
        bind = List.copyOf(bind);
        advertise = List.copyOf(advertise);
        srtpProfiles = List.copyOf(srtpProfiles);
        if (bind.isEmpty()) {
            throw new IllegalArgumentException("at least one address to bind is needed");
        }
        if (workers < 1 || (udpPort != 0 && udpPort + workers - 1 > 65_535)) {
            throw new IllegalArgumentException(
                    workers + " workers from port " + udpPort + " do not fit");
        }
        if (loadLimit < 0 || loadLimit > 100) {
            throw new IllegalArgumentException("a load limit of " + loadLimit + " percent");
        }
    }

    /** One worker on a free port of one address, for tests and embedding. */
    public static SfuConfig onAnyPort(InetAddress address) {
        return new SfuConfig(
                List.of(address),
                List.of(),
                0,
                NO_TCP,
                1,
                ALL_PROFILES,
                2000,
                null,
                SocketMode.AUTO,
                AudioLimit.NONE,
                PEERS_BEFORE_OVERFLOW,
                DATA_BYTES_PER_SECOND,
                LOAD_LIMIT);
    }
}
