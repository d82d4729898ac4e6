package dev.glimpse.loadtest;

import io.gatling.app.Gatling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/** The program behind {@code loadtest/run --gatling}, which refuses in one line what Gatling would show a trace of. */
final class GatlingRun {
    /** Status of a program that was asked for what cannot be. */
    private static final int WRONG_INPUT = 2;

    private GatlingRun() {}

    /** @param arguments Gatling's own; the simulation's are system properties */
    public static void main(String[] arguments) throws IOException {
        Properties given = System.getProperties();
        keepPipe(given);
        try {
            var unused = GatlingOptions.read(given);
        } catch (IllegalArgumentException e) {
            System.err.println("loadtest/run --gatling: " + e.getMessage());
            System.exit(WRONG_INPUT);
        }
        Gatling.main(arguments);
    }

    /** A pipe can be read once, and the simulation reads its arrivals again. */
    private static void keepPipe(Properties given) throws IOException {
        String arrivals = given.getProperty("arrivals", "");
        Path file = Path.of(arrivals);
        if (!arrivals.isEmpty() && Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            Path copy = Files.createTempFile("arrivals", ".csv");
            copy.toFile().deleteOnExit();
            try (var content = Files.newInputStream(file)) {
                Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            given.setProperty("arrivals", copy.toString());
        }
    }
}
