package dev.sluice.benchmarks.trust.endurance;

import dev.sluice.benchmarks.trust.endurance.Samples.Kind;
import dev.sluice.benchmarks.trust.endurance.Samples.Sample;
import java.util.List;
import java.util.Locale;

/** What a soak found, as a page with a drawing for each thing that may grow. */
final class SoakPage {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 120;

    private SoakPage() {}

    static String html(String table, Samples samples) {
        StringBuilder html =
                new StringBuilder(
                        "<!doctype html><meta charset=utf-8><title>Soak of Sluice</title>"
                                + "<style>body{font:14px sans-serif;margin:24px}</style>"
                                + "<h1>Soak</h1><pre>");
        html.append(table).append("</pre>");
        for (Kind kind : Kind.values()) {
            plot(html, kind, samples.all());
        }
        return html.toString();
    }

    private static void plot(StringBuilder html, Kind kind, List<Sample> samples) {
        double most = samples.stream().mapToDouble(kind::of).max().orElse(1);
        double span = Math.max(1e-9, samples.getLast().hours());
        html.append(
                String.format(
                        Locale.ROOT,
                        "<h3>%s, 0 to %.1f</h3><svg width=%d height=%d style='background:#f6f6f6'>"
                                + "<polyline fill=none stroke=#06c points=\"",
                        kind.title(),
                        most,
                        WIDTH,
                        HEIGHT));
        for (Sample sample : samples) {
            html.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            WIDTH * sample.hours() / span,
                            HEIGHT - (HEIGHT - 4) * kind.of(sample) / Math.max(1e-9, most)));
        }
        html.append("\"/></svg>");
    }
}
