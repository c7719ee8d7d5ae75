package dev.sluice.core.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AudioLevelMeterTest {
    private final AudioLevelMeter meter = new AudioLevelMeter();

    private double window(int loud, int quiet) {
        for (int i = 0; i < loud; i++) {
            meter.onPacket(10);
        }
        for (int i = 0; i < quiet; i++) {
            meter.onPacket(90);
        }
        return meter.endWindow();
    }

    @Test
    void steadySpeechRisesAndSilenceEndsIt() {
        double first = window(20, 0);
        double second = window(20, 0);

        assertTrue(first > 0.1 && second > first);
        assertEquals(0, window(0, 20));
        assertEquals(0, window(0, 0));
    }

    @Test
    void aClickIsNotSpeech() {
        assertEquals(0, window(7, 13));
        assertTrue(window(8, 12) > 0);
    }
}
