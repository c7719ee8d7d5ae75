/**
 * Health and metrics: reads counters, never the media path.
 *
 * <p>Safe from any thread.
 */
@NullMarked
package dev.sluice.signaling.ops;

import org.jspecify.annotations.NullMarked;
