/**
 * JMH benchmarks of the media path, through the real core with a socket that drops what is sent.
 *
 * <p>Confined to the caller's thread: each benchmark thread has its own state.
 */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
