package dev.sluice.core.stats;

/** What a worker counts; all of them only grow. */
public enum Counter {
    STUN_IN,
    DTLS_IN,
    AUDIO_PACKETS_IN,
    AUDIO_BYTES_IN,
    AUDIO_PACKETS_OUT,
    AUDIO_BYTES_OUT,
    AUDIO_LOST_IN,
    VIDEO_PACKETS_IN,
    VIDEO_BYTES_IN,
    VIDEO_PACKETS_OUT,
    VIDEO_BYTES_OUT,
    VIDEO_LOST_IN,
    RETRANSMITTED_IN,
    RETRANSMITTED_OUT,
    NACK_ANSWERED,
    RETRANSMIT_MISSING,
    /** Requests beyond a quarter of what is sent. */
    RETRANSMIT_REFUSED,
    /** Bytes sent only to find out what a network takes. */
    PROBE_BYTES,
    PROBES_STARTED,
    KEY_FRAMES_REPLAYED,
    TRACKS_PAUSED,
    /** Tracks paused because the worker has too much to do. */
    TRACKS_SHED,
    /** Steps of overload control, each way. */
    LOAD_LEVEL_UP,
    LOAD_LEVEL_DOWN,
    /** Messages of data channels. */
    DATA_MESSAGES_IN,
    DATA_MESSAGES_OUT,
    DATA_BYTES_IN,
    DATA_BYTES_OUT,
    DATA_RETRANSMITTED,
    /** Times that a sender of data had to wait, for a receiver or for its own rate. */
    DATA_HELD,
    /** Channels emptied because their receiver does not keep up. */
    DATA_SLOW_RECEIVERS,
    /** Associations that ended before their connections did. */
    SCTP_NEVER_CONNECTED,
    SCTP_ABORTED,
    SCTP_VIOLATED,
    SCTP_SHUT_DOWN,
    SCTP_TIMED_OUT,
    RTCP_IN,
    RTCP_OUT,
    NACK_IN,
    NACK_OUT,
    PLI_IN,
    PLI_OUT,
    FIR_IN,
    LAYER_UP,
    LAYER_DOWN,
    ICE_CONNECTED,
    ICE_CONNECTED_TCP,
    ICE_FAILED,
    HANDSHAKES_STARTED,
    HANDSHAKES_DONE,
    HANDSHAKES_FAILED,
    HANDSHAKE_MICROS,
    PEERS_OPENED,
    PEERS_CLOSED,
    PEER_FAULTS,
    BURSTS,
    /** Packets that came from another worker. */
    RELAYED_IN,
    /** Hand-overs to another worker. */
    RELAY_BATCHES,
    /** System calls that sent datagrams. */
    SEND_CALLS,
    /** Runs of two and more datagrams that the kernel was given as one message. */
    RUNS_OUT,
    /** Datagrams of runs beyond their first two. */
    RUN_PACKETS_OUT,
    /** Runs that the kernel would not cut apart. */
    RUNS_REFUSED
}
