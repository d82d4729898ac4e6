package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs in Python under {@code clients/python}, run with packages of their own. */
public final class Python {
    private static final Path SOURCES = Path.of("clients", "python").toAbsolutePath();

    private final Path home;

    private Python(Path home) {
        this.home = home;
    }

    /** What a program printed, standard error included, and how it ended. */
    public record Run(int exitStatus, String output) {}

    /**
     * Installs packages, which takes no time when they are there already.
     *
     * @param name of the directory that they go to, below {@code target}
     * @param requirements file that lists them
     */
    public static Python with(String name, String requirements) throws Exception {
        Python python = new Python(Path.of("target", name).toAbsolutePath());
        Path log = Files.createTempFile("python", ".txt");
        try {
            install(log, List.of("python3", "-m", "venv", python.home.toString()));
            String file = SOURCES.resolve(requirements).toString();
            install(log, python.command("-m", "pip", "install", "-q", "-r", file));
        } finally {
            Files.delete(log);
        }
        return python;
    }

    private static void install(Path log, List<String> command) throws Exception {
        Run run = start(log, command);
        assertThat(run.exitStatus()).as(run.output()).isZero();
    }

    /**
     * Runs a program to its end.
     *
     * @param directory where its output may be kept
     */
    public Run run(Path directory, String program, String... arguments) throws Exception {
        List<String> command = command(SOURCES.resolve(program).toString());
        command.addAll(List.of(arguments));
        return start(Files.createTempFile(directory, "out", ".txt"), command);
    }

    private List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/python").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Run start(Path log, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("%s ends; it said: %s", command, Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(log));
    }
}
