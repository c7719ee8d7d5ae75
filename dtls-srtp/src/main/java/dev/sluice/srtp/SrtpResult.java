package dev.sluice.srtp;

/** Negative results of sealing and opening; a result of 0 or more is a length in bytes. */
public final class SrtpResult {
    /** The bytes are no packet of this kind. */
    public static final int MALFORMED = -1;

    /** The index was received before, or is older than the window. */
    public static final int REPLAYED = -2;

    /** The authentication tag is wrong: forged, corrupted, or another key. */
    public static final int BAD_TAG = -3;

    /** The peer uses more SSRCs than allowed. */
    public static final int TOO_MANY_SSRCS = -4;

    /** An index would be sealed a second time, which would give keys away. */
    public static final int INDEX_USED = -5;

    /** The stream has used all indexes of its key (RFC 3711 §9.2). */
    public static final int KEY_EXHAUSTED = -6;

    /** SRTCP without encryption (E = 0), which WebRTC never sends. */
    public static final int NOT_ENCRYPTED = -7;

    private SrtpResult() {}
}
