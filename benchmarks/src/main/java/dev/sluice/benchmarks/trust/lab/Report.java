package dev.sluice.benchmarks.trust.lab;

import java.util.Locale;
import java.util.function.Consumer;

/** A table of goals: what was found beside what it should be. */
public final class Report {
    private final StringBuilder table = new StringBuilder();
    private final Consumer<String> progress;
    private int missed;

    public Report(Consumer<String> progress) {
        this.progress = progress;
    }

    /** Says something that has no goal. */
    public void note(String what, String found) {
        line(String.format(Locale.ROOT, "%-52s %s", what, found));
    }

    /** Says what was found of a goal. */
    public void goal(String what, String found, String wanted, boolean met) {
        missed += met ? 0 : 1;
        String verdict = met ? "" : "   MISSED";
        line(String.format(Locale.ROOT, "%-52s %s (goal %s)%s", what, found, wanted, verdict));
    }

    /** The same for a number that is not to be above another. */
    public void most(String what, double found, double wanted, String unit) {
        goal(what, number(found) + unit, "<= " + number(wanted) + unit, found <= wanted);
    }

    /** The same for what there is to be none of. */
    public void none(String what, long found) {
        goal(what, Long.toString(found), "0", found == 0);
    }

    public static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    private void line(String line) {
        table.append(line).append(System.lineSeparator());
        progress.accept(line);
    }

    /**
     * @return goals that were missed
     */
    int missed() {
        return missed;
    }

    @Override
    public String toString() {
        return table.toString();
    }
}
