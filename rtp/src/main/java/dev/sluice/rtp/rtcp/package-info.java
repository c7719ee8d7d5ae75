/**
 * RTCP as views over bytes (RFC 3550 §6, RFC 4585, RFC 5104, transport-wide feedback).
 *
 * <p>Confined to the caller's thread. A view is wrapped again for each block; none keeps state.
 */
@NullMarked
package dev.sluice.rtp.rtcp;

import org.jspecify.annotations.NullMarked;
