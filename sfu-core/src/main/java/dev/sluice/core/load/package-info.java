/**
 * How much a worker has to do, and what it stops doing when that is too much.
 *
 * <p>Confined to the worker's event loop. Nothing here reads a clock.
 */
@NullMarked
package dev.sluice.core.load;

import org.jspecify.annotations.NullMarked;
