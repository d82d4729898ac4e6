package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own checker, from Debian's package {@code prometheus}; where it is missing, its tests fail. */
public final class Promtool {
    private static final long LIMIT_SECONDS = 60;

    private Promtool() {}

    /**
     * Runs a check that has to find nothing wrong.
     *
     * @param directory where it runs, and where it may write
     * @param input what it reads from its standard input
     */
    public static void check(Path directory, String input, String... args) throws IOException, InterruptedException {
        Path in = Files.writeString(directory.resolve("promtool-in.txt"), input);
        Path out = directory.resolve("promtool-out.txt");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    }
}
