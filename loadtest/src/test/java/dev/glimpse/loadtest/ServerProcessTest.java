package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A server's process: what becomes of it, and what of a run that is to end it. */
class ServerProcessTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
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
        assertThat(ServerProcess.of(process.pid()).terminate()).isTrue();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** A second round would otherwise praise a drain that never was. */
    @Test
    void aProcessThatHasEndedCannotBeEndedAgain() {
        ServerProcess server = ServerProcess.of(process.pid());
        kill();

        assertThat(server.terminate()).isFalse();
    }

    @Test
    void aRunWhoseServerDiesBeforeItIsEndedKeepsItsResultsAndThoseOfOthers() throws Exception {
        try (ScriptedServer server = new ScriptedServer(1)) {
            int status = execute(server, "W2", "W8");

            assertThat(status).as(errors.toString()).isEqualTo(1);
        }
        JsonArray runs =
                JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonArray("runs");
        assertThat(runs)
                .extracting(run -> ((JsonObject) run).get("scenario").getAsString())
                .containsExactly("W2", "W8");
        assertThat(runs).allMatch(run -> ((JsonObject) run).get("finished").getAsInt() > 0);
        assertThat(errors.toString())
                .isEqualToIgnoringNewLines(
                        "loadtest/run: W8 on scripted: the server's process, which may have ended before, could not be"
                                + " ended by W8, so that this shows no drain");
    }

    /** Its process dies once it has been found, before anything is measured. */
    private int execute(ScriptedServer server, String... scenarios) {
        LoadCommand command = new LoadCommand(() -> {
            kill();
            return 1;
        });
        List<String> options = List.of(
                "--target=scripted=127.0.0.1:" + server.target().port(),
                "--pid=" + process.pid(),
                "--rate=20",
                "--seconds=1",
                "--warm-up=0",
                "--json");
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(Stream.concat(Stream.of(scenarios), options.stream()).toArray(String[]::new));
    }

    private void kill() {
        process.destroyForcibly().onExit().join();
    }
}
