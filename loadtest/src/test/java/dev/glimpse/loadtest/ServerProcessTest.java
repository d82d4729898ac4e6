package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerProcessTest {
    private Process process;

    @BeforeEach
    void start() throws Exception {
        process = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void aRunningProcessIsEnded() throws Exception {
        ServerProcess.of(process.pid()).terminate();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** A second round would otherwise praise a drain that never was. */
    @Test
    void aProcessThatHasEndedCannotBeEndedAgain() throws Exception {
        ServerProcess server = ServerProcess.of(process.pid());
        process.destroyForcibly().waitFor();

        assertThatThrownBy(server::terminate).hasMessage("--pid: " + process.pid() + " (expected: a running process)");
    }
}
