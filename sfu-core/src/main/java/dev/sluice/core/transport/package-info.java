/**
 * UDP sockets, demultiplexing, and one peer's ICE, DTLS and SRTP; the egress that seals and sends.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.transport;

import org.jspecify.annotations.NullMarked;
