/**
 * Rooms and peers: membership, and who receives what. They hold and forward only.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.room;

import org.jspecify.annotations.NullMarked;
