package dev.sluice.core.simulation;

import dev.sluice.core.simulation.SimulatedViewer.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Estimate, allocation, sent rate and capacity over time, as SVG beside the test reports. */
final class Plot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 300;

    private Plot() {}

    /** Named after the calling test's method; the figures go into one list. */
    static void write(int seed, String figures, SimulatedViewer viewer, SimulatedLink down) {
        String caller =
                StackWalker.getInstance()
                        .walk(frames ->
                                frames.skip(2)
                                        .map(StackWalker.StackFrame::getMethodName)
                                        .findFirst()
                                        .orElse(""));
        List<Sample> samples = viewer.samples();
        double end = samples.getLast().seconds();
        double top = samples.stream().mapToDouble(Sample::estimate).max().orElse(1) * 1.1;
        StringBuilder svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' width='");
        svg.append(WIDTH).append("' height='").append(HEIGHT + 20).append("'>");
        svg.append("<rect width='100%' height='100%' fill='white'/>");
        line(svg, samples, end, top, "#bbb", each -> down.rateAt(each.seconds()));
        line(svg, samples, end, top, "#9cf", Sample::sentRate);
        line(svg, samples, end, top, "#06c", Sample::estimate);
        line(svg, samples, end, top, "#d50", Sample::allocated);
        line(svg, samples, end, top, "#080", each -> (each.layer() + 1) * top / 20);
        svg.append("<text x='4' y='").append(HEIGHT + 14).append("' font-size='12'>");
        svg.append(
                "grey: capacity, light: sent, blue: estimate, orange: allocated, green: layer; ");
        svg.append(String.format(Locale.ROOT, "%.1f Mbit/s, %.0f s", top / 1e6, end));
        svg.append("</text></svg>");
        try {
            Path folder = Path.of("target", "simulation");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(caller + "-" + seed + ".svg"), svg);
            Files.writeString(
                    folder.resolve("figures.txt"),
                    caller + " " + seed + ": " + figures + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void line(
            StringBuilder svg,
            List<Sample> samples,
            double end,
            double top,
            String colour,
            ToDoubleFunction<Sample> value) {
        svg.append("<polyline fill='none' stroke='").append(colour).append("' points='");
        for (Sample each : samples) {
            double y = HEIGHT * (1 - Math.clamp(value.applyAsDouble(each) / top, 0, 1));
            svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", WIDTH * each.seconds() / end, y));
        }
        svg.append("'/>");
    }
}
