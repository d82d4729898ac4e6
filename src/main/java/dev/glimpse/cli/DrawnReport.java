package dev.glimpse.cli;

import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A report for a terminal: the pictures, redrawn in place after each step, and a line of progress below them. */
final class DrawnReport implements GenerateReport {
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    private final PrintWriter printer;
    private @Nullable BlockCanvas canvas;
    private int steps;
    private int rowsDrawn;

    DrawnReport(PrintWriter printer) {
        this.printer = printer;
    }

    @Override
    public void accepted(Accepted accepted) {
        steps = accepted.getStepsCount();
        canvas = new BlockCanvas(accepted.getWidth(), accepted.getHeight());
        printer.println(LineReport.describe(accepted));
        printer.flush();
    }

    @Override
    public void step(Step step, Optional<Path> file) throws IOException {
        if (canvas != null && !step.getImage().isEmpty()) {
            var image = ImageIO.read(new ByteArrayInputStream(step.getImage().toByteArray()));
            if (image == null) {
                throw new IOException("the server's picture is not a PNG");
            }
            canvas.put(step.getSample(), image);
        }
        redraw(LineReport.describe(step, steps));
    }

    @Override
    public void finished(Finished finished) {
        redraw(LineReport.describe(finished));
    }

    private void redraw(String progress) {
        if (rowsDrawn > 0) {
            printer.print("\033[" + rowsDrawn + "A\r");
        }
        rowsDrawn = 1;
        if (canvas != null) {
            for (String row : canvas.rows()) {
                printer.println(row + CLEAR_REST_OF_LINE);
                rowsDrawn++;
            }
        }
        printer.println(progress + CLEAR_REST_OF_LINE);
        printer.flush();
    }
}
