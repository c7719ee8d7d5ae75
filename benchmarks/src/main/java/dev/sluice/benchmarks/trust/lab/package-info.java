/**
 * What trials share: hosts and wires of their own, calls that are measured, and the report.
 * Confined to the caller's thread, apart from the client loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.trust.lab;

import org.jspecify.annotations.NullMarked;
