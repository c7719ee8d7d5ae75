/**
 * Counters of a worker, and the reasons for dropping something.
 *
 * <p>Confined to the worker's event loop, but for reading a counter, which is safe from any thread.
 */
@NullMarked
package dev.sluice.core.stats;

import org.jspecify.annotations.NullMarked;
