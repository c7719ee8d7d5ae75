/**
 * Machines that want to be called at a time, and the heap that calls them.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.loop;

import org.jspecify.annotations.NullMarked;
