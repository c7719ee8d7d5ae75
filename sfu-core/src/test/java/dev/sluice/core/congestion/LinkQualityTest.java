package dev.sluice.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LinkQualityTest {
    private final LinkQuality link = new LinkQuality();

    @Test
    void nothingReportedIsUnknown() {
        assertEquals(LinkQuality.UNKNOWN, link.take());
    }

    @Test
    void aCleanShortPathIsExcellent() {
        link.onReport(true, 0, 40);
        assertTrue(link.take() > 99);
    }

    @Test
    void lossCountsAtOnceAndIsForgivenSlowly() {
        link.onReport(true, 0, 40);
        link.take();
        link.onReport(false, 13, 40); // five in a hundred
        double fallen = link.take();
        assertTrue(fallen < 62, "" + fallen);
        link.onReport(false, 0, 40);
        double risen = link.take();
        assertTrue(risen > fallen && risen < 80, "" + risen);
    }

    @Test
    void theWorstStreamAndMissingLayersDecide() {
        link.onReport(true, 0, 40);
        link.onReport(false, 256 / 20, 40);
        link.onMissingLayers(1);
        double both = link.take();
        assertEquals(100 - 0.5 - 10 * 12 * 100 / 256.0, both, 1);

        LinkQuality far = new LinkQuality();
        far.onReport(true, 0, 800);
        assertEquals(100 - 28, far.take(), 0.01);
    }

    @Test
    void neverBelowItsFloor() {
        link.onReport(true, 255, 5000);
        assertEquals(30, link.take());
    }
}
