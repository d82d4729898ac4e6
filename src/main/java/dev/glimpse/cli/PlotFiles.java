package dev.glimpse.cli;

import dev.glimpse.image.NoFontsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The plots of a command, which are no reason to lose its numbers: a machine without fonts does without plots. */
final class PlotFiles {
    private final Set<String> undrawn = new LinkedHashSet<>();

    /** Those of them that nobody has been told of. */
    private final Set<String> untold = new LinkedHashSet<>();

    private String reason = "";

    /**
     * Writes a plot's file, unless it cannot be drawn here.
     *
     * @param png draws it
     */
    void write(Path file, Supplier<byte[]> png) throws IOException {
        byte[] drawn;
        try {
            drawn = png.get();
        } catch (NoFontsException e) {
            reason = e.getMessage();
            String name = file.getFileName().toString();
            if (undrawn.add(name)) {
                untold.add(name);
            }
            return;
        }
        WholeFile.write(file, drawn);
    }

    /** A line that names the plots that are missing, and why; of each plot once. */
    Optional<String> warning() {
        if (untold.isEmpty()) {
            return Optional.empty();
        }
        String line = "not drawn: " + String.join(", ", untold) + " (" + reason + ")";
        untold.clear();
        return Optional.of(line);
    }
}
