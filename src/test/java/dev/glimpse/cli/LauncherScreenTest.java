package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher tells Java: of the terminal, which Java cannot ask, and what people add. */
class LauncherScreenTest {
    private static final String JAVA = """
            #!/bin/sh
            case $1 in
              -version) echo 'openjdk version "17.0.1"' >&2 ;;
              *) printf '<%s>\\n' "$@" ;;
            esac
            """;

    @TempDir
    Path directory;

    private String run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Files.writeString(java, JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", directory.toString());
        builder.environment().put("TERM", "xterm");
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static String launcher() {
        return Path.of("src/main/launcher/glimpse").toAbsolutePath().toString();
    }

    @Test
    void linesAndColumnsAreThoseOfTheTerminal() throws Exception {
        String shown = "stty rows 10 cols 30; sh '" + launcher() + "' generate";
        assertThat(run("script", "-qec", shown, "/dev/null"))
                .contains("<-Dglimpse.drawing=true>", "<-Dglimpse.screen=10 30>");
    }

    @Test
    void aPipeHasNone() throws Exception {
        assertThat(run("sh", launcher(), "generate")).contains("<-Dglimpse.drawing=false>", "<-Dglimpse.screen=>");
    }

    /** Behind the launcher's own, of which the last one counts. */
    @Test
    void optionsOfTheEnvironmentWinOverTheLaunchers() throws Exception {
        String said = run(
                Map.of("JAVA_OPTS", "-Xmx1g -XX:MaxDirectMemorySize=1g"), "sh", launcher(), "generate", "--steps", "2");
        assertThat(said.lines())
                .containsSubsequence(
                        "<-XX:MaxDirectMemorySize=256m>",
                        "<-Xmx1g>",
                        "<-XX:MaxDirectMemorySize=1g>",
                        "<dev.glimpse.cli.Main>",
                        "<generate>",
                        "<--steps>",
                        "<2>");
    }
}
