package dev.glimpse.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import dev.glimpse.testing.ReadmeClients;
import dev.glimpse.testing.ReadmeClients.Client;
import dev.glimpse.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients of Triton as the README has them: below those in Python, so in their environment. */
class ReadmeTritonIT {
    private static final String OWN = "target/triton-readme/";
    private static final Pattern COMMAND = Pattern.compile("`((?:pip|python) [^`]*triton[^`]*)`");

    @Test
    void theyAreInstalledAndRunAndLeaveTheClientsInPythonWhole(@TempDir Path directory) throws Exception {
        List<String> commands = COMMAND.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(command -> command.group(1))
                .toList();
        assertThat(commands).hasSize(2);
        Client client = ReadmeClients.with("generate.py");
        Path frames = directory.resolve("frames");

        try (Program server = Program.server(directory)) {
            String triton = String.join("\n", commands).replace("localhost:8080", "localhost:" + server.port());
            Shell.Run run = Shell.run(
                    directory,
                    String.join(
                                    "\n",
                                    client.script(server.port()),
                                    triton,
                                    client.again(server.port(), frames.toString(), "--steps 1"))
                            // Another test is in those directories, perhaps at the same time.
                            .replaceAll("\\btarget/(?=python|frames)", OWN));

            assertThat(run.exitStatus()).as(run.output()).isZero();
            assertThat(run.output()).contains("\"door\": \"grpc\"", "\"door\": \"http json\"");
            assertThat(frames.resolve("0-final.png")).exists();
        }
    }
}
