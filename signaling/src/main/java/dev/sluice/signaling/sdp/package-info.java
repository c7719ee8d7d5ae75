/**
 * Session descriptions (RFC 8866, RFC 9429) to records and back: the core never sees SDP.
 *
 * <p>Confined to the caller's thread.
 */
@NullMarked
package dev.sluice.signaling.sdp;

import org.jspecify.annotations.NullMarked;
