/**
 * What a server is worth under attack, fault and churn: calls that are measured while it happens.
 * Confined to the caller's thread, apart from the client loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.trust;

import org.jspecify.annotations.NullMarked;
