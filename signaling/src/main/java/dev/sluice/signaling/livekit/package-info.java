/**
 * LiveKit's client protocol, version 0: frames, sessions, rooms, tokens. The only package that
 * knows its messages.
 *
 * <p>Confined to the caller's thread: the one control loop.
 */
@NullMarked
package dev.sluice.signaling.livekit;

import org.jspecify.annotations.NullMarked;
