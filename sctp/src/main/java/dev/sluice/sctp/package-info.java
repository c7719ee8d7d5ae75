/**
 * SCTP (RFC 9260) as data channels use it over DTLS (RFC 8261, RFC 8831): associations without I/O,
 * to which time is an argument. Single-homed, no addresses, no path MTU discovery. Depends on
 * nothing but Netty's buffer.
 *
 * <p>Confined to the caller's thread. Nothing here starts a thread or reads a clock; input never
 * throws.
 */
@NullMarked
package dev.sluice.sctp;

import org.jspecify.annotations.NullMarked;
