/**
 * Networks that lose and vanish, peers that are gone, servers that are killed. Confined to the
 * caller's thread, apart from the client loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.trust.faults;

import org.jspecify.annotations.NullMarked;
