package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

class SimulateCommandTest {
    @TempDir
    Path directory;

    @Test
    void tableHoldsALineForEachPolicy() {
        CommandLineRun run =
                CommandLineRun.of("simulate", "--requests", "500", "--policy", "full,fifo,request,no-knee");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().skip(2).map(line -> line.split(" ")[0]))
                .containsExactly("full", "fifo", "request", "no-knee");
    }

    @Test
    void anInterruptedRunSaysSoAndFails() {
        AtomicInteger asked = new AtomicInteger();
        SimulateCommand command = new SimulateCommand(Map.of(), () -> () -> asked.incrementAndGet() > 2);
        StringWriter out = new StringWriter();
        int status = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--requests", "20000", "--json");
        assertThat(status).isEqualTo(ExitCode.SOFTWARE);
        JsonObject top = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(top.get("interrupted").getAsBoolean()).isTrue();
        assertThat(top.getAsJsonArray("results"))
                .singleElement()
                .extracting(result -> result.getAsJsonObject().get("partial").getAsBoolean())
                .isEqualTo(true);
    }

    @Test
    void replayedArrivalsComeToTheSameAsGeneratedOnes() {
        String file = directory.resolve("arrivals.csv").toString();
        CommandLineRun written =
                CommandLineRun.of("simulate", "--requests", "500", "--workload", "w3", "--write", file);
        assertThat(written.status()).isZero();
        assertThat(Files.exists(directory.resolve("arrivals.csv"))).isTrue();
        assertThat(results("--arrivals", file)).isEqualTo(results("--workload", "w3", "--requests", "500"));
    }

    @Test
    void requestsShowWhatTheServerShowsUnlessTheySayOtherwise() throws IOException {
        String file = directory.resolve("arrivals.csv").toString();
        CommandLineRun written = CommandLineRun.of("simulate", "--requests", "20", "--write", file);
        assertThat(written.status()).as(written.err()).isZero();
        assertThat(Files.readAllLines(directory.resolve("arrivals.csv")).stream()
                        .skip(1))
                .hasSize(20)
                .allSatisfy(line -> assertThat(line.split(",", -1)[3]).isEqualTo("exact"));
    }

    @Test
    void gpusRunTheLargestForwardsOfGpus() {
        assertThat(heading()).contains("forwards of 4..12 rows");
        assertThat(heading("--set", "devices.kind=gpu")).contains("forwards of 4..64 rows");
    }

    private static String heading(String... options) {
        Stream<String> few = Stream.of("simulate", "--requests", "50", "--policy", "full");
        CommandLineRun run =
                CommandLineRun.of(Stream.concat(few, Stream.of(options)).toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return run.out().lines().findFirst().orElseThrow();
    }

    /** Whoever types one expects something of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--arrivals FILE --load 1.2 | --load: 1.2 (expected: absent with --arrivals, whose file says what arrives)",
                "--arrivals FILE --flexible | --flexible: given (expected: absent with --arrivals, whose file says what"
                        + " arrives)",
                "--workload W6 --load 1.2 | --load: 1.2 (expected: absent with W6, which has a load of its own)",
                "--workload w1 --load 1.2 | --load: 1.2 (expected: absent with W1, which has a load of its own)",
                "--check 1 --policy fifo | --policy: fifo (expected: absent with --check)",
                "--write FILE --json | --json: given (expected: absent with --write)",
                "--set devices.workers=8 | devices.workers: 8 (expected: absent from --set, as --devices says how many)",
            })
    void whatWouldHaveNoEffectIsRefused(String options, String complaint) throws IOException {
        Path file = Files.writeString(directory.resolve("arrivals.csv"), "");
        String line = "simulate " + options.replace("FILE", file.toString());

        CommandLineRun run = CommandLineRun.of(line.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse simulate: " + complaint);
    }

    private static JsonArray results(String... options) {
        Stream<String> json = Stream.of("simulate", "--json");
        CommandLineRun run =
                CommandLineRun.of(Stream.concat(json, Stream.of(options)).toArray(String[]::new));
        assertThat(run.status()).isZero();
        JsonArray results = JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonArray("results");
        assertThat(results).hasSize(3);
        assertThat(results.get(0).getAsJsonObject().get("offered").getAsInt()).isEqualTo(500);
        return results;
    }
}
