package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {
    @TempDir
    Path directory;

    @Test
    void versionIsTheBuilds() throws Exception {
        assertStatus(0, "", "--version");
    }

    @Test
    void launcherFindsItsLibrariesThroughSymbolicLinks() throws Exception {
        Path first = Files.createSymbolicLink(directory.resolve("first"), Program.launcher());
        Path second = Files.createSymbolicLink(directory.resolve("second"), first.getFileName());
        try (Program run = Program.start(directory, second, Map.of(), "--version")) {
            assertThat(run.status()).isZero();
            assertThat(run.out()).startsWith("Glimpse ");
        } finally {
            Files.delete(second);
            Files.delete(first);
        }
    }

    /** With it, cd looks for relative directories elsewhere, and prints the one that it found. */
    @Test
    void launcherFindsItsLibrariesWhereCdpathIsSet() throws Exception {
        Path home = Files.createSymbolicLink(
                directory.resolve("home"), Program.launcher().getParent().getParent());
        try (Program run = Program.start(directory, Path.of("home/bin/glimpse"), Map.of("CDPATH", "."), "--version")) {
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isZero();
            assertThat(run.out()).startsWith("Glimpse ");
        } finally {
            Files.delete(home);
        }
    }

    @Test
    void settingsAreListedBesideTheProgramAsItKnowsThem() throws Exception {
        try (InputStream known = getClass().getResourceAsStream("/glimpse-defaults.yaml")) {
            assertThat(Program.launcher().resolveSibling("../glimpse-defaults.yaml"))
                    .hasBinaryContent(known.readAllBytes());
        }
    }

    @Test
    void builtInModelIsComplete() throws Exception {
        try (Program run = Program.start(directory, "inspect")) {
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isZero();
            assertThat(run.out()).containsPattern("parameters +[\\d,]+");
        }
    }

    @Test
    void unknownCommandIsRefused() throws Exception {
        assertStatus(2, "glimpse: unmatched argument at index 0: 'paint' (see 'glimpse --help')", "paint");
    }

    @Test
    void unknownOptionIsRefused() throws Exception {
        assertStatus(2, "glimpse serve: unknown option: '--prot' (see 'glimpse serve --help')", "serve", "--prot");
    }

    /** As it also is where the locale is none that is installed. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "xx_XX.UTF-8"})
    void namesOfFilesAreUtf8WhereTheLocaleIsThatOfC(String locale) throws Exception {
        // Written by a file, as this process may have that locale, too.
        Path script = directory.resolve("script");
        Files.writeString(script, "#!/bin/sh\nexec '" + Program.launcher() + "' serve --models /nowhere/modèles\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        try (Program run = Program.start(directory, script, Map.of("LC_ALL", locale))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("/nowhere/modèles");
        }
    }

    @Test
    void wrongJavaHomeIsRefusedByItsName() throws Exception {
        try (Program run =
                Program.start(directory, Program.launcher(), Map.of("JAVA_HOME", directory.toString()), "--version")) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("glimpse: JAVA_HOME: " + directory + " (expected: ")
                    .hasLineCount(1);
        }
    }

    @Test
    void oldJavaIsRefusedWithItsVersion() throws Exception {
        Path java = directory.resolve("bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        try (Program run =
                Program.start(directory, Program.launcher(), Map.of("JAVA_HOME", directory.toString()), "--version")) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines("glimpse: java: version 11 at " + java + " (expected: 17 or newer)");
        }
    }

    private void assertStatus(int status, String err, String... args) throws IOException, InterruptedException {
        try (Program run = Program.start(directory, args)) {
            assertThat(run.status()).isEqualTo(status);
            assertThat(run.err()).isEqualToIgnoringNewLines(err);
        }
    }
}
