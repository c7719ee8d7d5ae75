/**
 * Published tracks, their encodings and packet caches, and the subscriptions that forward them.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.media;

import org.jspecify.annotations.NullMarked;
