/**
 * How much one subscriber's network takes, found from its transport-wide feedback: delay, loss,
 * probes. Sans-IO, doubles in bits a second and milliseconds, no allocation at steady state.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.congestion;

import org.jspecify.annotations.NullMarked;
