package dev.sluice.dtls;

import io.netty.buffer.ByteBuf;

/**
 * Refuses hostile DTLS records before BouncyCastle 1.84 sees them, which allocates what a fragment
 * declares, keeps fragments in a quadratic list, ends a handshake at any plaintext alert and a
 * session at any short record. One filter per peer, in either role; the first violation drops the
 * whole datagram, nothing is rewritten.
 *
 * <pre>
 *  record:   type(1) version(2) epoch(2) sequence(6) length(2)            RFC 6347 §4.1
 *  fragment: type(1) length(3) message_seq(2) offset(3) fragment length(3)   §4.2.2
 * </pre>
 */
public final class DtlsRecordFilter {
    private static final int RECORD_HEADER = 13;
    private static final int FRAGMENT_HEADER = 12;
    private static final int MIN_DATAGRAM = 14;
    private static final int MAX_RECORDS = 16;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int DTLS_10 = 0xFEFF;
    private static final int DTLS_12 = 0xFEFD;

    /** 8 bytes of nonce, 16 of tag, one of content: GCM suites only. */
    private static final int MIN_SEALED = 25;

    private static final int MAX_MESSAGE = 16_384;
    private static final int MAX_MESSAGES = 8; // a full handshake needs message_seq 0 to 5
    private static final int MAX_DECLARED = 32_768;
    private static final int MAX_FRAGMENTS = 64;
    private static final int MAX_HANDSHAKE_RECORDS = 256;
    private static final int SERVER_HELLO_DONE = 14;

    /** client_hello, certificate, client_key_exchange, certificate_verify. */
    private static final int FROM_CLIENT = 1 << 1 | 1 << 11 | 1 << 15 | 1 << 16;

    /**
     * server_hello, hello_verify_request, ticket, certificate, key exchange, request, done, status.
     */
    private static final int FROM_SERVER =
            1 << 2 | 1 << 3 | 1 << 4 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 22;

    private static final int LATE_RECORDS = 32;
    private static final long LATE_WINDOW_NANOS = 10_000_000_000L;
    private static final long LATE_END_NANOS = 240_000_000_000L; // BouncyCastle's own limit
    private static final long SEALED_PER_SECOND = 100;
    private static final long SEALED_BURST = 200;

    /** The same where data channels were negotiated. */
    private static final long DATA_PER_SECOND = 2_000;

    private static final long DATA_BURST = 4_000;

    private final int allowedTypes;
    private final DtlsRole role;
    private final int[] types = new int[MAX_MESSAGES];
    private final int[] lengths = new int[MAX_MESSAGES];
    private final int[] fragments = new int[MAX_MESSAGES];
    private int declared;
    private int handshakeRecords;
    private boolean established;
    private long establishedAtNanos;
    private long lateSinceNanos;
    private int lateRecords;
    private long sealedPerSecond = SEALED_PER_SECOND;
    private long sealedBurst = SEALED_BURST;
    private long sealedTokens = SEALED_BURST;
    private long sealedAtNanos;

    /**
     * @param role our role; the peer has the other
     */
    public DtlsRecordFilter(DtlsRole role) {
        this.role = role;
        this.allowedTypes = role == DtlsRole.SERVER ? FROM_CLIENT : FROM_SERVER;
    }

    /** Data channels were negotiated: many more records are expected. */
    public void expectData() {
        sealedPerSecond = DATA_PER_SECOND;
        sealedBurst = DATA_BURST;
        sealedTokens = DATA_BURST;
    }

    /** The handshake is done: from now on only repeats of it pass in epoch 0. */
    public void onEstablished(long nowNanos) {
        established = true;
        establishedAtNanos = nowNanos;
        lateSinceNanos = nowNanos;
        sealedAtNanos = nowNanos;
    }

    /**
     * @return whether every record of the datagram may go on to BouncyCastle
     */
    public boolean accepts(long nowNanos, ByteBuf buffer, int offset, int length) {
        if (length < MIN_DATAGRAM || length > QueueTransport.RECEIVE_LIMIT) {
            return false;
        }
        int end = offset + length;
        int at = offset;
        for (int records = 0; at < end; records++) {
            if (records == MAX_RECORDS || end - at < RECORD_HEADER) {
                return false;
            }
            int size = buffer.getUnsignedShort(at + 11);
            if (size < 1 || size > end - at - RECORD_HEADER) {
                return false;
            }
            if (!acceptsRecord(nowNanos, buffer, at, size)) {
                return false;
            }
            at += RECORD_HEADER + size;
        }
        return true;
    }

    private boolean acceptsRecord(long nowNanos, ByteBuf buffer, int at, int size) {
        int type = buffer.getUnsignedByte(at);
        int version = buffer.getUnsignedShort(at + 1);
        int epoch = buffer.getUnsignedShort(at + 3);
        if (version != DTLS_10 && version != DTLS_12) {
            return false;
        }
        if (epoch == 0) {
            return acceptsPlain(nowNanos, buffer, at, size, type, version);
        }
        return epoch == 1
                && version == DTLS_12
                && type >= ALERT
                && type <= APPLICATION_DATA
                && size >= MIN_SEALED
                && (!established || takeSealed(nowNanos));
    }

    private boolean acceptsPlain(
            long nowNanos, ByteBuf buffer, int at, int size, int type, int version) {
        int body = at + RECORD_HEADER;
        if (type == CHANGE_CIPHER_SPEC) {
            return version == DTLS_12 && size == 1 && buffer.getByte(body) == 1;
        }
        if (type != HANDSHAKE) {
            return false; // plaintext alerts are not believed; data in epoch 0 never is
        }
        if (established && !takeLate(nowNanos)) {
            return false;
        }
        if (!established && ++handshakeRecords > MAX_HANDSHAKE_RECORDS) {
            return false;
        }
        int end = body + size;
        int from = body;
        while (from < end) {
            int fragment = acceptsFragment(buffer, from, end - from, version);
            if (fragment < 0) {
                return false;
            }
            from += FRAGMENT_HEADER + fragment;
        }
        return true;
    }

    /**
     * @return the fragment's length, −1 when it is refused
     */
    private int acceptsFragment(ByteBuf buffer, int at, int available, int version) {
        if (available < FRAGMENT_HEADER) {
            return -1;
        }
        int type = buffer.getUnsignedByte(at);
        int message = buffer.getUnsignedMedium(at + 1);
        int sequence = buffer.getUnsignedShort(at + 4);
        int from = buffer.getUnsignedMedium(at + 6);
        int size = buffer.getUnsignedMedium(at + 9);
        boolean inside = size <= available - FRAGMENT_HEADER && from + size <= message;
        boolean small = message <= MAX_MESSAGE && sequence < MAX_MESSAGES;
        boolean empty = size == 0 && (message != 0 || type != SERVER_HELLO_DONE);
        if (!inside || !small || empty || !acceptsType(type, version)) {
            return -1;
        }
        return note(type, message, sequence) ? size : -1;
    }

    private boolean acceptsType(int type, int version) {
        boolean known = type < 32 && (allowedTypes >>> type & 1) != 0;
        return known && (version == DTLS_12 || isHello(type));
    }

    private boolean isHello(int type) {
        return role == DtlsRole.SERVER ? type == 1 : type == 2 || type == 3;
    }

    private boolean note(int type, int message, int sequence) {
        if (fragments[sequence] == 0) {
            if (established || declared + message > MAX_DECLARED) {
                return false;
            }
            declared += message;
            types[sequence] = type;
            lengths[sequence] = message;
        } else if (types[sequence] != type || lengths[sequence] != message) {
            return false;
        }
        if (established) {
            return true;
        }
        return ++fragments[sequence] <= MAX_FRAGMENTS;
    }

    private boolean takeLate(long nowNanos) {
        if (nowNanos - establishedAtNanos > LATE_END_NANOS) {
            return false;
        }
        if (nowNanos - lateSinceNanos > LATE_WINDOW_NANOS) {
            lateSinceNanos = nowNanos;
            lateRecords = 0;
        }
        return ++lateRecords <= LATE_RECORDS;
    }

    private boolean takeSealed(long nowNanos) {
        long earned = (nowNanos - sealedAtNanos) * sealedPerSecond / 1_000_000_000L;
        if (earned > 0) {
            sealedTokens = Math.min(sealedBurst, sealedTokens + earned);
            sealedAtNanos = nowNanos;
        }
        if (sealedTokens == 0) {
            return false;
        }
        sealedTokens--;
        return true;
    }
}
