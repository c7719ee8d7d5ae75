/**
 * HTTP and WebSocket on one TCP port, and the demo page.
 *
 * <p>Confined to the caller's thread: the one control loop.
 */
@NullMarked
package dev.sluice.signaling.http;

import org.jspecify.annotations.NullMarked;
