/**
 * Load and time: overload, thousands of joins, hours of churn, rooms beside rooms. Confined to the
 * caller's thread, apart from the client loops that own the sockets.
 */
@NullMarked
package dev.sluice.benchmarks.trust.endurance;

import org.jspecify.annotations.NullMarked;
