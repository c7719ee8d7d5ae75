/**
 * RTCP out and in: reports, NACK, transport-wide feedback. Knows neither tracks nor sockets.
 *
 * <p>Confined to the worker's event loop.
 */
@NullMarked
package dev.sluice.core.feedback;

import org.jspecify.annotations.NullMarked;
