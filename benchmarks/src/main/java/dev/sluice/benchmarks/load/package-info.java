/**
 * A load generator that speaks WHIP and WHEP: synthetic publishers, viewers that count and time
 * every packet, and what it costs the server. Confined to the caller's thread, apart from the two
 * loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.load;

import org.jspecify.annotations.NullMarked;
