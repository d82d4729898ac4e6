package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.NoRoom;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    Path directory;

    static Iterable<String> commands() {
        return Main.commands(Map.of()).getSubcommands().keySet();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHelps(String command) {
        CommandLineRun run = CommandLineRun.of(command, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: glimpse " + command).contains("--verbose");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void helpOfTheProgramNamesEveryCommand() {
        CommandLineRun run = CommandLineRun.of("--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains(commands());
    }

    /** A full disk under '>', or a reader that has left. */
    @Test
    void whatStandardOutputDoesNotTakeIsNoSuccess() {
        StringWriter err = new StringWriter();

        int status = Main.execute(
                new String[] {"key", "alice"}, Map.of(), new PrintWriter(new FullOutput()), new PrintWriter(err));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).endsWith("glimpse: standard output cannot be written\n");
    }

    /** Its results are elsewhere, as those of a server whose log nobody reads any more. */
    @Test
    void whatACommandOnlySaysMeanwhileIsNoResult() {
        StringWriter err = new StringWriter();

        int status = Main.execute(
                new String[] {"train", "--help"}, Map.of(), new PrintWriter(new FullOutput()), new PrintWriter(err));

        assertThat(status).isZero();
        assertThat(err.toString()).isEmpty();
    }

    /** Each has a bound of its own, and -Xmx does not raise that of the other. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Java heap space | -Xmx8g",
                "Cannot reserve 5 bytes of direct buffer memory (allocated: 1, limit: 2) | -XX:MaxDirectMemorySize=2g"
            })
    void whatMoreOfTheMemoryTakesIsTold(String message, String option) {
        OutputStream out = new OutputStream() {
            private boolean thrown;

            @Override
            public void write(int octet) {
                if (!thrown) {
                    thrown = true;
                    throw new OutOfMemoryError(message);
                }
            }
        };
        StringWriter err = new StringWriter();

        int status =
                Main.execute(new String[] {"key", "alice"}, Map.of(), new PrintWriter(out, true), new PrintWriter(err));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .endsWith("glimpse: memory: " + message + " (expected: more of it for the JVM, such as JAVA_OPTS="
                        + option + ")\n");
    }

    @Test
    void memoryThatADeviceLacksIsToldInOneLine() {
        CommandLine commands = Main.commands(Map.of());
        StringWriter err = new StringWriter();
        commands.setErr(new PrintWriter(err));
        Exception failure = new IllegalStateException("a block failed", NoRoom.onAGpu());

        int status = new OneLineErrors()
                .handleExecutionException(failure, commands.getSubcommands().get("bench"), commands.parseArgs("bench"));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("glimpse bench: memory: " + NoRoom.GPU_LINE
                        + " (expected: more of it on the device) (--verbose shows where)");
    }

    @Test
    void versionTellsProgramAndJava() {
        CommandLineRun run = CommandLineRun.of("--version");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Glimpse ").contains("Java " + Runtime.version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|glimpse: command: none (expected: one of ",
                "paint|glimpse: unmatched argument at index 0: 'paint' (see 'glimpse --help')",
                "serve --prot 1|glimpse serve: unknown options: '--prot', '1' (see 'glimpse serve --help')",
                "serve --port|glimpse serve: missing required parameter for option '--port' (PORT) "
                        + "(see 'glimpse serve --help')",
                "serve --port 99999|glimpse serve: server.port: 99999 (expected: 0..65535) in --port",
                "serve --set limits|glimpse serve: --set: limits (expected: KEY=VALUE)",
                "serve --set limits.max-step=1|glimpse serve: limits.max-step: unknown key (expected: a setting, such as "
                        + "limits.max-steps) in --set",
                "serve --models /no/such|glimpse serve: models: /no/such (expected: a readable directory)",
                "sample --count 0|glimpse sample: --count: 0 (expected: at least 1)",
                "simulate --devices 0|glimpse simulate: --devices: 0 (expected: 1..100000)",
                "simulate --policy best|glimpse simulate: --policy: best (expected: full, fifo, request, or one of "
                        + "no-deadline-admission, ",
                "simulate --cost 1|glimpse simulate: --cost: [1.0] (expected: A,B in milliseconds, ",
                "simulate --slo 0|glimpse simulate: --slo: 0.0 (expected: more than 0, at most 1000000)",
                "simulate --deadline 1e13|glimpse simulate: --deadline: 1.0E13 (expected: 0..1000000)",
                "simulate --arrivals /no/such|glimpse simulate: --arrivals: /no/such (expected: a readable file)",
                "simulate --requests 0|glimpse simulate: --requests: 0 (expected: 1..268435455)",
                "simulate --requests 268435456|glimpse simulate: --requests: 268435456 (expected: 1..268435455)",
                "simulate --check 0|glimpse simulate: --check: 0 s on 1 devices (expected: at least 1 s on 1 device)",
                "sample --count many|glimpse sample: --count: many (expected: a whole number)",
                "simulate --load abc|glimpse simulate: --load: abc (expected: a number)",
                "sample --seed -1|glimpse sample: invalid value for option '--seed': -1 (expected: 0..18446744073709551615)",
                "sample --out grid.jpg|glimpse sample: --out: grid.jpg (expected: a file that ends in .png)",
                "sample --device tpu|glimpse sample: --device: tpu (expected: one of AUTO, CPU, GPU)",
                "sample --image bag.png --mask hole.png|glimpse sample: --image: bag.png (expected: --edit with it)",
                "sample --mask hole.png|glimpse sample: --mask: hole.png (expected: --edit with it)",
                "sample --to-seed 3|glimpse sample: --to-seed: 3 (expected: --edit with it)",
                "sample --edit stroke --image bag.png --factor 2|glimpse sample: --factor: 2 (expected: none with "
                        + "--edit stroke)",
                "likelihood --bound 10 --integrator heun --steps 40|glimpse likelihood: --integrator: heun (expected: none "
                        + "with --bound, which solves no ODE)",
                "likelihood --bound 10 --steps 40|glimpse likelihood: --steps: 40 (expected: none with --bound, ",
                "likelihood --bound 10 --probes 8|glimpse likelihood: --probes: 8 (expected: none with --bound, ",
                "likelihood --out all.jsonl --merge a b|glimpse likelihood: --out: all.jsonl (expected: none with "
                        + "--merge, which tells of finished shards alone)",
                "likelihood --json --merge a b --count 5|glimpse likelihood: --count: 5 (expected: none with --merge, ",
                "evaluate --out o --steps 1,2 --merge a b|glimpse evaluate: --steps: 1, 2 (expected: none with --merge, "
                        + "whose shards have decided that)",
                "evaluate --out o --merge a --shard 0/2|glimpse evaluate: --shard: 0/2 (expected: none with --merge, ",
                "evaluate --out o --data /no/such --features /no/such|glimpse evaluate: --features: /no/such (expected: a "
                        + "readable TorchScript file)",
                "evaluate --out o --model /no/such|glimpse evaluate: --model: /no/such (expected: a directory "
                        + "NAME/VERSION of a model)",
                "train --data /no/such --out o --recipe cifar10|glimpse train: --data: /no/such (expected: a directory)",
                "train --data . --out o --recipe mnist|glimpse train: --recipe: mnist (expected: one of fashion-mnist, ",
                "train --data . --out o --config /no/such|glimpse train: --config: /no/such (expected: a readable recipe ",
                "train --data . --out o --features /no/such|glimpse train: --features: /no/such (expected: a readable "
                        + "TorchScript file)",
                "generate --out o --gamma-form paper_unclamped|glimpse generate: --gamma-form: paper_unclamped (expected: "
                        + "official or paper on a server)",
                "evaluate --out /bin/ls|glimpse evaluate: --out: /bin/ls (expected: a place that can be written)",
                "simulate --write /bin|glimpse simulate: --write: /bin (expected: a file that can be written)",
                "bench --rounds 0|glimpse bench: --rounds: 0 (expected: at least 1)",
                "bench --rows 4,0|glimpse bench: --rows: 0 (expected: at least 1)",
            })
    void wrongInputGivesOneLineAndStatusTwo(String args, String line) {
        CommandLineRun run = CommandLineRun.of(args == null ? new String[0] : arguments(args));
        assertThat(run.err()).startsWith(line).endsWith(System.lineSeparator()).hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
        assertThat(directory).isEmptyDirectory();
    }

    /** Each reaches the 64 bits of the noise another way, and all take the same seeds. */
    @ParameterizedTest
    @ValueSource(strings = {"sample", "evaluate --out o", "likelihood", "generate", "simulate", "capacity", "train"})
    void everySeedIsRefusedInTheSameWords(String command) {
        assertThat(CommandLineRun.of(arguments(command + " --seed 18446744073709551616"))
                        .err())
                .contains(
                        "invalid value for option '--seed': 18446744073709551616 (expected: 0..18446744073709551615)");
        assertThat(directory).isEmptyDirectory();
    }

    /** With an own directory for what a command would write. */
    private String[] arguments(String line) {
        return line.replace("--out o ", "--out " + directory.resolve("o") + " ").split(" ");
    }

    @Test
    void wrongEnvironmentVariableIsRefusedByItsName() {
        CommandLineRun run = CommandLineRun.with(Map.of("GLIMPSE_LIMITS_MAX_COUNT", "none"), "serve");
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "glimpse serve: limits.max-count: none (expected: 1..100000) in " + "GLIMPSE_LIMITS_MAX_COUNT");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void modelDirectoryWithoutFilesIsRefusedByItsName() throws Exception {
        Path empty = Files.createDirectories(directory.resolve("shoes/1"));
        CommandLineRun run = CommandLineRun.of("inspect", "--model", empty.toString());
        assertThat(run.err())
                .startsWith("glimpse inspect: " + empty.resolve("config.json"))
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void verboseShowsWhereAnErrorArose() {
        CommandLineRun run = CommandLineRun.of("sample", "--verbose", "--count", "0");
        assertThat(run.err())
                .contains("--count: 0 (expected: at least 1)")
                .contains("at dev.glimpse.cli.SampleCommand");
        assertThat(run.status()).isEqualTo(2);
    }
}
