package dev.sluice.core.transport;

import dev.sluice.rtp.ExtensionIds;

/**
 * What is constant in the headers of one outgoing SSRC. Immutable.
 *
 * @param ssrc unique within the peer for as long as its keys live
 * @param mid value of the MID extension, empty for none
 * @param extensions ids negotiated with the subscriber
 * @param audio which counters it belongs to
 */
@SuppressWarnings("ArrayRecordComponent") // written into headers, never compared
public record OutgoingStream(long ssrc, byte[] mid, ExtensionIds extensions, boolean audio) {}
