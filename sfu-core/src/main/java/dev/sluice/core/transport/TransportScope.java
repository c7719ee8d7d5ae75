package dev.sluice.core.transport;

import dev.sluice.core.loop.Deadlines;
import dev.sluice.core.stats.Counters;
import dev.sluice.dtls.DtlsSettings;
import dev.sluice.ice.stun.StunCodec;
import dev.sluice.srtp.CipherJob;
import dev.sluice.srtp.SrtpCiphers;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;

/**
 * What all transports of one worker share.
 *
 * @param loop the worker's loop, for results of other threads
 * @param clock the worker's clock, for results that come from other threads
 * @param dtls certificate and settings for a session that begins at a time
 * @param handshakes permits for live handshakes of the process
 * @param stun the worker's STUN codec
 * @param ciphers the worker's SRTP ciphers
 * @param scratch {@link OpenTarget#SLOT} bytes to open packets into that have no slot
 * @param rtcp {@link OpenTarget#SLOT} bytes to write RTCP into
 * @param rtcpJob what the cipher is to do with RTCP
 * @param directory which peer owns which user name fragment
 * @param egress the worker's egress
 * @param counters the worker's counters
 * @param deadlines the worker's timers
 */
public record TransportScope(
        Executor loop,
        Clock clock,
        LongFunction<DtlsSettings> dtls,
        LiveHandshakes handshakes,
        StunCodec stun,
        SrtpCiphers ciphers,
        ByteBuf scratch,
        ByteBuf rtcp,
        CipherJob rtcpJob,
        PeerDirectory directory,
        Egress egress,
        Counters counters,
        Deadlines deadlines) {
    /** Tells the time of the running pass. */
    public interface Clock {
        long nowNanos();
    }
}
