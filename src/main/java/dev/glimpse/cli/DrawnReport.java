package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import dev.glimpse.image.PngReader;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.Step;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A report for a terminal: the pictures, redrawn in place after each step, and a line of progress below them. */
final class DrawnReport implements GenerateReport {
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    private final PrintWriter printer;
    private final Drawing drawing;
    private final ScreenSize screen;
    private @Nullable PngReader reader;
    private @Nullable TerminalCanvas canvas;
    private int steps;
    private int rowsDrawn;

    /** @param drawing resolved, and not none */
    DrawnReport(PrintWriter printer, Drawing drawing, ScreenSize screen) {
        this.printer = printer;
        this.drawing = drawing;
        this.screen = screen;
    }

    @Override
    public void accepted(Accepted accepted) {
        steps = accepted.getStepsCount();
        PictureShape shape = new PictureShape(accepted.getChannels(), accepted.getHeight(), accepted.getWidth());
        reader = new PngReader(shape);
        canvas = drawing.canvas(shape, screen);
        printer.println(LineReport.describe(accepted));
        printer.flush();
    }

    @Override
    public void step(Step step, Optional<Path> file) throws IOException {
        if (reader != null && canvas != null && !step.getImage().isEmpty()) {
            canvas.put(step.getSample(), reader.read(step.getImage().toByteArray()));
        }
        redraw(LineReport.describe(step, steps));
    }

    @Override
    public void finished(Finished finished) {
        redraw(LineReport.describe(finished));
    }

    @Override
    public void interrupted() {
        // What was drawn stays above the other lines, and the next frame comes below them.
        rowsDrawn = 0;
    }

    private void redraw(String progress) {
        if (rowsDrawn > 0) {
            printer.print("\033[" + rowsDrawn + "A\r");
        }
        rowsDrawn = 1;
        if (canvas != null) {
            printer.print(canvas.frame());
            rowsDrawn += canvas.height();
        }
        // One that wraps would take a line more than the cursor goes up.
        String line = progress.substring(0, Math.min(progress.length(), screen.columns()));
        printer.println(line + CLEAR_REST_OF_LINE);
        printer.flush();
    }
}
