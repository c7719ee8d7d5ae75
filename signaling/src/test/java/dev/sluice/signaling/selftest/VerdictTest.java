package dev.sluice.signaling.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.signaling.selftest.CallResult.Outcome;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final Verdict verdict = new Verdict();

    /** G, L and F for calls; + and - for what is thought of the worker behind each. */
    private String after(String calls) {
        StringBuilder thought = new StringBuilder();
        for (int i = 0; i < calls.length(); i++) {
            char call = calls.charAt(i);
            verdict.on(call == 'G' ? Outcome.GOOD : call == 'L' ? Outcome.LATE : Outcome.FAILED);
            thought.append(verdict.isGood() ? '+' : '-');
        }
        return thought.toString();
    }

    @Test
    void twoFailuresInARowAndItIsNotReady() {
        assertEquals("++--", after("GFFF"));
    }

    @Test
    void oneFailureNowAndThenSaysNothing() {
        assertEquals("++++++++", after("FGFGFLFG"));
    }

    @Test
    void threeWholeCallsAndItIsAgain() {
        assertEquals("+-", after("FF"));
        assertEquals("--+", after("GLG"));
    }

    @Test
    void aFailureAmongThemBeginsTheCountAnew() {
        assertEquals("+-", after("FF"));
        assertEquals("-----+", after("GGFGGG"));
    }

    @Test
    void lateIsNotBroken() {
        assertEquals("++++++", after("LLLLLL"));
    }
}
