/**
 * A client of our own: enough of ICE, DTLS and SRTP to publish and to watch, for warming up, for
 * measuring and for testing. Confined to the worker's event loop of its own kind, {@link
 * dev.sluice.signaling.client.ClientLoop}; what may be called from elsewhere says so.
 */
@NullMarked
package dev.sluice.signaling.client;

import org.jspecify.annotations.NullMarked;
