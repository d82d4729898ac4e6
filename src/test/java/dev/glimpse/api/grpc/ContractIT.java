package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract, held by buf to its rules and to what was released before.
 *
 * <p>A release records the contract anew, behind a run of this test: {@code target/buf/venv/bin/buf build
 * target/buf/workspace --exclude-source-info -o src/test/resources/buf/released.binpb}.
 */
class ContractIT {
    private static final Path RULES = Path.of("src", "test", "resources", "buf").toAbsolutePath();
    private static final Path RELEASED = RULES.resolve("released.binpb");
    private static final Path BUF = Path.of("target", "buf").toAbsolutePath();
    private static final Path WORKSPACE = BUF.resolve("workspace");
    private static final String CONTRACT = "proto/glimpse/v1/glimpse.proto";
    private static final String IMPORTED = "google/rpc/status.proto";

    @TempDir
    private Path changed;

    @BeforeAll
    static void installBufAndLayOutTheContract(@TempDir Path directory) throws Exception {
        Path venv = BUF.resolve("venv");
        succeed(run(directory, List.of("python3", "-m", "venv", venv.toString())));
        String requirements = RULES.resolve("requirements.txt").toString();
        succeed(run(
                directory,
                List.of(venv.resolve("bin/python").toString(), "-m", "pip", "install", "-q", "-r", requirements)));
        empty(WORKSPACE);
        layOut(WORKSPACE);
    }

    /** A contract that is gone would be held to the rules for ever, and be recorded with the next release. */
    private static void empty(Path workspace) throws IOException {
        if (Files.exists(workspace)) {
            try (Stream<Path> all = Files.walk(workspace)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** What a process printed, standard error included, and how it ended. */
    private record Run(int exitStatus, String output) {}

    @Test
    void everyNameFollowsTheRulesAndEverythingIsDocumented() throws Exception {
        assertThat(buf(WORKSPACE, "lint", "--path", "proto/glimpse").output()).isEmpty();
    }

    @Test
    void filesAreFormatted() throws Exception {
        assertThat(buf(WORKSPACE, "format", "--diff", "--path", "proto/glimpse").output())
                .isEmpty();
    }

    @Test
    void clientsOfTheReleasedContractAreServedOn() throws Exception {
        succeed(breaking(WORKSPACE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        optional uint64 seed = 3;        | optional int64 seed = 3;          | "seed"
        optional uint64 seed = 3;        | optional uint64 key = 3;          | "seed"
        optional uint64 seed = 3;        | repeated uint64 seed = 3;         | "seed"
        optional uint64 seed = 3;        | optional uint64 seed = 99;        | "seed"
        optional uint64 seed = 3;        | reserved 3;                       | "seed"
        string class_name = 6;           | } string class_name = 6; oneof x { uint32 y = 98; | "class_name"
        SAMPLER_CM = 3;                  | SAMPLER_CM = 13;                  | "SAMPLER_CM"
        returns (SampleResponse)         | returns (stream SampleResponse)   | "Sample"
        rpc GetModel(                    | rpc ReadModel(                    | "GetModel"
        message KnotIndices {            | message KnotPlaces {              | "KnotIndices"
        """)
    void whatBreaksAClientIsNamed(String before, String after, String named) throws Exception {
        layOut(changed);
        change(before, after);
        if (before.startsWith("message ")) {
            change("KnotIndices knot_indices", "KnotPlaces knot_indices");
        }
        Run broken = breaking(changed);
        assertThat(broken.exitStatus()).as(broken.output()).isNotZero();
        assertThat(broken.output()).contains(named);
    }

    @Test
    void whatGoesMayGoIfItsNumberAndItsNameStayReserved() throws Exception {
        layOut(changed);
        change("optional uint64 seed = 3;", "reserved 3; reserved \"seed\";");
        succeed(breaking(changed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uint32 undocumented = 99;", "// Documented.\nuint32 notSnake = 99;"})
    void fieldAgainstTheRulesIsNamed(String field) throws Exception {
        layOut(changed);
        change("message ListModelsRequest {}", "message ListModelsRequest {\n" + field + "\n}");
        assertThat(buf(changed, "lint", "--path", "proto/glimpse").output())
                .contains(field.replaceAll("(?s).*uint32 (\\w+) .*", "\"$1\""));
    }

    private void change(String before, String after) throws IOException {
        Path file = changed.resolve(CONTRACT);
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replace(before, after));
    }

    /** The contract with its rules and what it imports, as buf wants to see them. */
    private static void layOut(Path workspace) throws IOException {
        Path imported = workspace.resolve("proto").resolve(IMPORTED);
        Files.createDirectories(imported.getParent());
        try (InputStream library = ContractIT.class.getClassLoader().getResourceAsStream(IMPORTED)) {
            Files.write(imported, library.readAllBytes());
        }
        Files.writeString(workspace.resolve("buf.yaml"), Files.readString(RULES.resolve("buf.yaml")));
        Path contract = Path.of("proto", "glimpse");
        try (Stream<Path> files = Files.walk(contract)) {
            files.filter(Files::isRegularFile).forEach(file -> copy(file, workspace.resolve(file)));
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.writeString(to, Files.readString(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Run breaking(Path workspace) throws Exception {
        return buf(workspace, "breaking", "--against", RELEASED.toString());
    }

    private static Run buf(Path workspace, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(BUF.resolve("venv/bin/buf").toString()));
        command.addAll(List.of(arguments));
        return run(workspace, command);
    }

    private static Run run(Path directory, List<String> command) throws Exception {
        Path log = Files.createTempFile("buf", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            return new Run(process.exitValue(), Files.readString(log));
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private static void succeed(Run run) {
        assertThat(run.exitStatus()).as(run.output()).isZero();
    }
}
