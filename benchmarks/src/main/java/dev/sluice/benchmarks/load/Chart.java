package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.ServerProcess.Pause;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Latency against time as a page with a drawing, JVM pauses marked. */
final class Chart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 360;
    private static final int LEFT = 60;
    private static final int BOTTOM = 30;
    private static final double DECADES = 4; // 10 µs … 100 ms
    private static final long SHOWN_PAUSE_NANOS = 100_000L;

    private Chart() {}

    static String html(Result result) {
        StringBuilder html = new StringBuilder();
        html.append("<!doctype html><meta charset=utf-8><title>Sluice under load</title>");
        html.append(
                "<style>body{font:14px sans-serif;margin:24px}text{font:12px sans-serif}</style>");
        html.append("<h1>Forwarding latency</h1><pre>").append(result.table()).append("</pre>");
        html.append("<svg width=").append(WIDTH + LEFT).append(" height=").append(HEIGHT + BOTTOM);
        html.append('>');
        for (int decade = 0; decade <= DECADES; decade++) {
            double y = HEIGHT - HEIGHT * decade / DECADES;
            String label = List.of("10 µs", "100 µs", "1 ms", "10 ms", "100 ms").get(decade);
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<line x1=%d x2=%d y1=%.0f y2=%.0f stroke=#ddd /><text x=2 y=%.0f>%s</text>",
                            LEFT,
                            LEFT + WIDTH,
                            y,
                            y,
                            y + 4,
                            label));
        }
        double span = Math.max(1, result.seconds() * 1000);
        for (Pause pause : result.pauses()) {
            double x = LEFT + WIDTH * (pause.atMillis() - result.startMillis()) / span;
            if (pause.nanos() >= SHOWN_PAUSE_NANOS && x <= LEFT + WIDTH) {
                html.append(
                        String.format(
                                Locale.ROOT,
                                "<line x1=%.1f x2=%.1f y1=0 y2=%d stroke=#d33>"
                                        + "<title>JVM pause %.2f ms</title></line>",
                                x,
                                x,
                                HEIGHT,
                                pause.nanos() / 1e6));
            }
        }
        line(html, result, span, "#9bd", Latencies.Slice::highestNanos);
        line(html, result, span, "#06c", Latencies.Slice::medianNanos);
        html.append(
                String.format(
                        Locale.ROOT,
                        "<text x=%d y=%d>seconds: 0 to %.0f; dark: median, light: highest of each"
                                + " 100 ms; red: JVM pauses of 0.1 ms and more</text>",
                        LEFT,
                        HEIGHT + 20,
                        result.seconds()));
        return html.append("</svg>").toString();
    }

    private static void line(
            StringBuilder html,
            Result result,
            double span,
            String colour,
            ToLongFunction<Latencies.Slice> value) {
        html.append("<polyline fill=none stroke=").append(colour).append(" points=\"");
        for (Latencies.Slice slice : result.slices()) {
            double decades = Math.log10(Math.max(10_000, value.applyAsLong(slice)) / 10_000.0);
            html.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            LEFT + WIDTH * slice.atMillis() / span,
                            HEIGHT - HEIGHT * Math.min(decades, DECADES) / DECADES));
        }
        html.append("\"/>");
    }
}
