/**
 * STUN (RFC 5389, RFC 8445 §7): a strict structure check of our own, then ice4j's message codec,
 * which is imported nowhere else.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.ice.stun;

import org.jspecify.annotations.NullMarked;
