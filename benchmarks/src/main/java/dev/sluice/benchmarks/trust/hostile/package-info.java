/**
 * Attacks by strangers, by who spoofs an address, and by who was let in. Confined to the caller's
 * thread, apart from the client loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.trust.hostile;

import org.jspecify.annotations.NullMarked;
