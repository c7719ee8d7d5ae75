/**
 * SRTP and SRTCP (RFC 3711, RFC 7714): key derivation, packet indexes, replay protection, and
 * ciphers behind one interface.
 *
 * <p>Confined to the worker's event loop. Nothing here throws for wire bytes: see {@link
 * dev.sluice.srtp.SrtpResult}.
 */
@NullMarked
package dev.sluice.srtp;

import org.jspecify.annotations.NullMarked;
