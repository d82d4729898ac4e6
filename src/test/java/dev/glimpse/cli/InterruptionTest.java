package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in processes of their own, which are told to end. */
class InterruptionTest {
    private static final String ACKNOWLEDGED = "SIGTERM: stopping after this step; once more ends it at once";
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    /** A command that ends when it is told to, or takes no notice of it. */
    static final class Command {
        private Command() {}

        public static void main(String[] args) throws InterruptedException {
            CountDownLatch told = new CountDownLatch(1);
            Interruption interruption = Interruption.listen(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
            interruption.onStop("after this step", args[0].equals("stubborn") ? () -> {} : told::countDown);
            System.out.println("ready");
            told.await();
            System.exit(interruption.status());
        }
    }

    @Test
    @Timeout(120)
    void firstSignalIsAcknowledgedAndTheCommandEndsByItself() throws Exception {
        Process process = start("obedient");
        try {
            awaitText("out.txt", "ready", process);
            process.destroy();

            assertThat(process.waitFor()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
        assertThat(text("err.txt").lines()).containsExactly(ACKNOWLEDGED);
    }

    @Test
    @Timeout(120)
    void secondSignalEndsTheProcessAtOnce() throws Exception {
        Process process = start("stubborn");
        try {
            awaitText("out.txt", "ready", process);
            process.destroy();
            awaitText("err.txt", ACKNOWLEDGED, process);
            process.destroy();

            assertThat(process.waitFor()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
    }

    /** As when a terminal goes, and what it has started is then told to end. */
    @Test
    @Timeout(120)
    void firstToEndBehindATerminalThatWentIsNoSecond() throws Exception {
        String gone = "SIGHUP: stopping after this step; once more ends it at once";
        Process process = start("stubborn");
        try {
            awaitText("out.txt", "ready", process);
            signal("HUP", process);
            awaitText("err.txt", gone, process);
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
            process.destroy();

            assertThat(process.waitFor()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void signal(String name, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private Process start(String manner) throws IOException {
        // Under nohup what is started ignores SIGHUP.
        return new ProcessBuilder(
                        "env",
                        "--default-signal=INT,HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Command.class.getName(),
                        manner)
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    private void awaitText(String file, String text, Process process) throws Exception {
        while (!text(file).contains(text)) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as(text("err.txt"))
                    .isFalse();
        }
    }

    private String text(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }
}
