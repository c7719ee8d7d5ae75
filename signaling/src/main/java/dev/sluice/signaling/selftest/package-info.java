/**
 * A call that the server makes to itself at intervals, through its own sockets: what nobody could
 * do now is what it is not ready for.
 *
 * <p>Safe from any thread. What runs on the test's own thread or loop says so.
 */
@NullMarked
package dev.sluice.signaling.selftest;

import org.jspecify.annotations.NullMarked;
