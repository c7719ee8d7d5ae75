/**
 * Data channels of one peer: SCTP over its DTLS association, and the protocol that opens channels
 * (RFC 8831, RFC 8832).
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.data;

import org.jspecify.annotations.NullMarked;
