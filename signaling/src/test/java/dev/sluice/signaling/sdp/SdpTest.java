package dev.sluice.signaling.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackParameters.SsrcPair;
import dev.sluice.dtls.DtlsRole;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdpTest {
    private static final CodecParameters OPUS = new CodecParameters(109, "opus", 48_000, "", -1);
    private static final CodecParameters VP8 = new CodecParameters(120, "VP8", 90_000, "", 121);

    private static SubscriberTrack track(String id, MediaKind kind, long ssrc) {
        boolean video = kind == MediaKind.VIDEO;
        return new SubscriberTrack(
                id,
                kind,
                List.of(video ? VP8 : OPUS),
                "PA_x|camera",
                id,
                "PA_x",
                ssrc,
                video ? ssrc + 1 : -1);
    }

    /** What a browser would answer: the same sections, the other way round. */
    private static String answerTo(String offer) {
        return offer.replace("a=setup:actpass", "a=setup:active")
                .replace("a=sendonly", "a=recvonly")
                .replaceAll("a=(ssrc|msid|candidate)[^\\r]*\\r\\n", "");
    }

    @Test
    void anOfferIsReadAndAnsweredInItsOwnNumbers() throws SdpException {
        PublisherOffer offer = PublisherOffer.read(SdpSamples.CHROMIUM_OFFER);

        assertEquals("Ufr1", offer.transport().iceUfrag());
        assertEquals(DtlsRole.SERVER, offer.transport().role());
        assertEquals(2, offer.sections().size());
        PublisherOffer.Section audio = offer.sections().get(0);
        assertEquals("mic", audio.trackId());
        assertEquals(
                List.of(111, 63),
                audio.codecs().stream().map(CodecParameters::payloadType).toList());
        assertEquals(List.of(new SsrcPair(1001, -1)), audio.ssrcs());
        assertFalse(audio.feedback().nack());
        PublisherOffer.Section video = offer.sections().get(1);
        assertEquals(List.of("q", "h", "f"), video.rids());
        assertEquals(97, video.codecs().get(0).rtxPayloadType());
        assertEquals(10, video.extensions().rtpStreamId());
        assertTrue(video.feedback().pli());

        String answer = offer.answer(SdpSamples.local(), 7, 1, Map.of());

        assertTrue(answer.contains("a=group:BUNDLE 0 1\r\n"), answer);
        assertTrue(answer.contains("m=application 0 UDP/DTLS/SCTP"), answer);
        assertTrue(answer.contains("a=setup:passive\r\n"));
        assertTrue(answer.contains("a=simulcast:recv q;h;f\r\n"));
        assertTrue(answer.contains("a=rid:f recv\r\n"));
        assertTrue(
                answer.contains(
                        "a=extmap:10/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"));
        assertTrue(answer.contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
        assertFalse(answer.contains("G722"));
        assertFalse(answer.contains("goog-remb"));
        assertEquals(1, answer.split("a=candidate:", -1).length - 1);
        SessionDescription read = SdpReader.read(answer);
        assertEquals(3, read.sections().size());
    }

    @Test
    void aLoneDataSectionIsAcceptedAsABareTransport() throws SdpException {
        String application =
                SdpSamples.CHROMIUM_OFFER.substring(
                        SdpSamples.CHROMIUM_OFFER.indexOf("m=application"));
        PublisherOffer offer = PublisherOffer.read("v=0\r\ns=-\r\n" + application);

        assertEquals(List.of(), offer.sections());
        String answer = offer.answer(SdpSamples.local(), 1, 1, Map.of());
        assertTrue(answer.contains("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), answer);
        assertTrue(answer.contains("a=group:BUNDLE 2\r\n"));
    }

    @Test
    void thePreferredCodecStandsFirstInTheAnswer() throws SdpException {
        PublisherOffer offer = PublisherOffer.read(SdpSamples.CHROMIUM_OFFER);

        offer.prefer("1", "h264");

        String answer = offer.answer(SdpSamples.local(), 1, 1, Map.of());
        assertTrue(answer.contains("m=video 9 UDP/TLS/RTP/SAVPF 102 103 96 97\r\n"), answer);
    }

    @Test
    void aSectionForABundleOnlyHasNoPortAndIsMeantAllTheSame() throws SdpException {
        String bundled =
                SdpSamples.CHROMIUM_OFFER.replaceFirst(
                        "m=video \\d+ (.*)\r\n", "m=video 0 $1\r\na=bundle-only\r\n");
        PublisherOffer offer = PublisherOffer.read(bundled);

        assertEquals(2, offer.sections().size());
        String answer = offer.answer(SdpSamples.local(), 1, 1, Map.of());
        assertTrue(answer.contains("m=video 9 "), answer);
    }

    @Test
    void attributesOfTheSessionHoldForItsSections() throws SdpException {
        // Firefox puts fingerprint and setup above the sections
        String offer =
                """
                v=0
                o=mozilla 1 0 IN IP4 0.0.0.0
                s=-
                t=0 0
                a=fingerprint:sha-256 AA:BB
                a=setup:passive
                m=audio 9 UDP/TLS/RTP/SAVPF 109
                a=mid:0
                a=sendrecv
                a=ice-ufrag:abcd
                a=ice-pwd:0123456789012345678901
                a=rtcp-mux
                a=rtpmap:109 opus/48000/2
                """;

        PublisherOffer read = PublisherOffer.read(offer);

        assertEquals(DtlsRole.CLIENT, read.transport().role());
        String answer = read.answer(SdpSamples.local(), 1, 1, Map.of());
        assertTrue(answer.contains("a=setup:active\r\n"));
        assertTrue(answer.contains("a=recvonly\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "a=ice-ufrag:Ufr1, a=x",
        "a=ice-pwd:0123456789012345678901, a=ice-pwd:short",
        "a=rtcp-mux, a=x",
        "sha-256 AA:BB, sha-1 AA:BB",
        "v=0, w=0",
        "a=mid:1, a=mid:0",
        "m=video 9, m=video"
    })
    void whatIsMissingIsNamed(String what, String instead) {
        String broken = SdpSamples.CHROMIUM_OFFER.replace(what, instead);

        SdpException refused =
                assertThrows(
                        SdpException.class,
                        () ->
                                PublisherOffer.read(broken)
                                        .answer(SdpSamples.local(), 1, 1, Map.of()));

        assertFalse(String.valueOf(refused.getMessage()).isBlank());
    }

    @Test
    void limitsHold() {
        assertThrows(SdpException.class, () -> SdpReader.read(""));
        assertThrows(
                SdpException.class, () -> SdpReader.read("v=0\r\n" + "a=x\r\n".repeat(20_000)));
        assertThrows(SdpException.class, () -> SdpReader.read("v=0\r\na=" + "x".repeat(9000)));
        assertThrows(
                SdpException.class,
                () -> SdpReader.read("v=0\r\n" + "m=audio 9 x 0\r\n".repeat(300)));
    }

    @Test
    void anEmptyRoomHasOneIdleSectionThatIsTakenLater() throws SdpException {
        SubscriberOffer offers = new SubscriberOffer();
        String first = offers.write(SdpSamples.local(), 1, 1);
        assertTrue(first.contains("a=mid:0\r\n") && first.contains("a=sendonly\r\n"));
        assertEquals(0, offers.read(answerTo(first)).accepted().size());

        offers.add(track("TR_a", MediaKind.AUDIO, 11));
        String second = offers.write(SdpSamples.local(), 1, 2);
        assertEquals(Map.of("1", "TR_a"), offers.tracksByMid());
        assertEquals(1, offers.read(answerTo(second)).accepted().size());

        offers.add(track("TR_b", MediaKind.AUDIO, 21));
        offers.write(SdpSamples.local(), 1, 3);
        assertEquals(Map.of("0", "TR_b", "1", "TR_a"), offers.tracksByMid());
    }

    @Test
    void aSectionIsTakenAgainOnlyOnceItsEndWasAnswered() throws SdpException {
        SubscriberOffer offers = new SubscriberOffer();
        offers.add(track("TR_v", MediaKind.VIDEO, 11));
        offers.read(answerTo(offers.write(SdpSamples.local(), 1, 1)));

        assertTrue(offers.remove("TR_v"));
        String ending = offers.write(SdpSamples.local(), 1, 2);
        assertTrue(ending.contains("a=inactive\r\n"));
        offers.add(track("TR_w", MediaKind.VIDEO, 21)); // while that offer is on its way
        assertEquals(Map.of("1", "TR_w"), offers.tracksByMid());
        assertEquals(0, offers.read(answerTo(ending)).accepted().size());

        offers.add(track("TR_x", MediaKind.VIDEO, 31));
        assertEquals(Map.of("0", "TR_x", "1", "TR_w"), offers.tracksByMid());
    }

    @Test
    void payloadTypesAreOurOwnAndAcceptedAsAnswered() throws SdpException {
        SubscriberOffer offers = new SubscriberOffer();
        offers.add(track("TR_v", MediaKind.VIDEO, 11));
        String offer = offers.write(SdpSamples.local(), 1, 1);
        assertTrue(
                offer.contains(
                        "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 transport-cc"),
                offer);
        assertTrue(offer.contains("a=ssrc-group:FID 11 12\r\n"));
        assertTrue(offer.contains("a=msid:PA_x|camera TR_v\r\n"));

        SubscriberOffer.Answer answer = offers.read(answerTo(offer));

        assertEquals(DtlsRole.SERVER, answer.transport().role());
        assertEquals(96, answer.accepted().get(0).parameters().codecs().get(0).payloadType());
        assertEquals(12, answer.accepted().get(0).parameters().rtxSsrc());
        assertThrows(SdpException.class, () -> offers.read("v=0\r\n"));
    }

    @Test
    void h264IsTheSameWhenProfileAndModeAre() {
        String high = Codecs.format("H264", "profile-level-id=640c1f;packetization-mode=1");
        String baseline = Codecs.format("H264", "packetization-mode=1;profile-level-id=42E01F");

        assertEquals(
                baseline, Codecs.format("H264", "profile-level-id=42e034;packetization-mode=1"));
        assertFalse(high.equals(baseline));
    }
}
