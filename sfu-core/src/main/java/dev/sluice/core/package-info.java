/**
 * The selective forwarding unit as a library: workers, rooms and peers, without HTTP or SDP.
 *
 * <p>Safe from any thread, but for {@link dev.sluice.core.Worker}, which is its own event loop.
 */
@NullMarked
package dev.sluice.core;

import org.jspecify.annotations.NullMarked;
