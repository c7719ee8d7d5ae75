package dev.sluice.signaling.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import livekit.LivekitModels.SpeakerInfo;
import org.junit.jupiter.api.Test;

class SpeakersTest {
    private final Speakers speakers = new Speakers();

    @Test
    void aParticipantIsAsLoudAsItsLoudestTrack() {
        speakers.changed("TR_screen", "PA_ada", 0.75);
        SpeakerInfo both = speakers.changed("TR_microphone", "PA_ada", 0.25);
        assertEquals(0.75f, both.getLevel());
        SpeakerInfo one = speakers.changed("TR_screen", "PA_ada", 0);
        assertEquals(0.25f, one.getLevel());
        assertTrue(one.getActive());
    }

    @Test
    void aTrackThatEndsLoudIsToldOfAsSilent() {
        speakers.changed("TR_1", "PA_ada", 0.5);
        SpeakerInfo ended = speakers.ended("TR_1");
        assertNotNull(ended);
        assertFalse(ended.getActive());
        assertEquals("PA_ada", ended.getSid());
        assertNull(speakers.ended("TR_1"));
    }
}
