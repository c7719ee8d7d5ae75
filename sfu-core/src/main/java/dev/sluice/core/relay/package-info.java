/**
 * Tracks on their way from the worker of their publisher to another one with subscribers: once per
 * worker, whatever their number there. Confined to the worker's event loop, each side to its own;
 * {@link dev.sluice.core.relay.RelayRing} is what both touch.
 */
@NullMarked
package dev.sluice.core.relay;

import org.jspecify.annotations.NullMarked;
