/**
 * ICE-lite (RFC 8445 §2.5): answers checks, learns addresses from authenticated checks only, and
 * never sends to an address that the peer merely named.
 *
 * <p>Confined to the worker's event loop. Time comes in as {@code nowNanos}, effects go out through
 * {@link dev.sluice.ice.IceSink}.
 */
@NullMarked
package dev.sluice.ice;

import org.jspecify.annotations.NullMarked;
