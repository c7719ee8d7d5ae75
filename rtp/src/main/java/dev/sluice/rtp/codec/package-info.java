/**
 * What a forwarding unit must know of a video payload: where frames and key frames start, and which
 * layer a packet belongs to.
 *
 * <p>Confined to the caller's thread.
 */
@NullMarked
package dev.sluice.rtp.codec;

import org.jspecify.annotations.NullMarked;
