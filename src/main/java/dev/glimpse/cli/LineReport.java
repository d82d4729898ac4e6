package dev.glimpse.cli;

import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.Step;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A report in plain lines, one for each event. */
final class LineReport implements GenerateReport {
    private static final double MICROS_PER_MILLI = 1_000;

    private final PrintWriter printer;
    private int steps;

    LineReport(PrintWriter printer) {
        this.printer = printer;
    }

    @Override
    public void accepted(Accepted accepted) {
        steps = accepted.getStepsCount();
        print(describe(accepted));
    }

    @Override
    public void step(Step step, Optional<Path> file) {
        print(describe(step, steps) + file.map(path -> "  " + path).orElse(""));
    }

    @Override
    public void finished(Finished finished) {
        print(describe(finished));
    }

    /** The request as the server understood it, in a line. */
    static String describe(Accepted accepted) {
        String samples = accepted.getLabelsList().isEmpty()
                ? ""
                : ": "
                        + accepted.getLabelsList().stream()
                                .map(label -> label(label, accepted.getLabelNamesList()))
                                .collect(Collectors.joining(", "));
        // Names are the server's, which nobody has to trust.
        return Printable.of("model " + accepted.getModel() + "/" + accepted.getModelVersion() + ", seed "
                + Long.toUnsignedString(accepted.getSeed()) + ", " + Counted.of(accepted.getStepsCount(), "step")
                + samples);
    }

    /** A step in a line. */
    static String describe(Step step, int steps) {
        return String.format(
                Locale.ROOT,
                "sample %d  step %d/%d  t %.3g  %d NFE  %s in %.1f ms  %.1f ms",
                step.getSample(),
                step.getStep(),
                steps,
                step.getT(),
                step.getNfe(),
                Counted.of(step.getBatchRows(), "row"),
                step.getForwardMicros() / MICROS_PER_MILLI,
                step.getElapsedMicros() / MICROS_PER_MILLI);
    }

    /** The end in a line. */
    static String describe(Finished finished) {
        return String.format(
                Locale.ROOT,
                "finished after %d NFE in %.1f ms, %s skipped",
                finished.getNfe(),
                finished.getElapsedMicros() / MICROS_PER_MILLI,
                Counted.of(finished.getFramesSkipped(), "preview"));
    }

    private static String label(int index, List<String> names) {
        return index < names.size() ? names.get(index) : String.valueOf(index);
    }

    private void print(String line) {
        printer.println(line);
        printer.flush();
    }
}
