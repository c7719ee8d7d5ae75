/**
 * The server: command line, configuration, and {@code Main}, which wires everything by
 * constructors.
 *
 * <p>Safe from any thread.
 */
@NullMarked
package dev.sluice.signaling;

import org.jspecify.annotations.NullMarked;
