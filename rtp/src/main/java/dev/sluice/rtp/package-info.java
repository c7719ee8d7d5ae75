/**
 * RTP as views over bytes (RFC 3550, RFC 8285). Depends on nothing but Netty's buffer.
 *
 * <p>Confined to the caller's thread. Nothing here starts a thread, reads a clock or keeps a buffer
 * longer than the next {@code wrap}.
 */
@NullMarked
package dev.sluice.rtp;

import org.jspecify.annotations.NullMarked;
