package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A shell that runs scripts as a person would type them, in the directory of the repository. */
public final class Shell {
    private Shell() {}

    /** What a script printed, standard error included, and how it ended. */
    public record Run(int exitStatus, String output) {}

    /**
     * Runs a script to its end, or to the first command that fails.
     *
     * @param directory where its output may be kept
     */
    public static Run run(Path directory, String script) throws Exception {
        Path log = Files.createTempFile(directory, "log", ".txt");
        Process process = new ProcessBuilder("bash", "-e", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES))
                    .as("%s ends", script)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(log));
    }
}
