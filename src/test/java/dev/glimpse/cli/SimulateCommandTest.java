package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Preview;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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
    void anInterruptedRunSaysSoAndEndsAsItsSignalSays() {
        AtomicInteger asked = new AtomicInteger();
        SimulateCommand command = new SimulateCommand(Map.of(), () -> () -> asked.incrementAndGet() > 2 ? 143 : 0);
        StringWriter out = new StringWriter();
        int status = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--requests", "20000", "--json");
        assertThat(status).isEqualTo(143);
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

    /** A shell's {@code <(zcat arrivals.csv.gz)} can be read once, and each policy begins anew. */
    @Test
    void pipeOfArrivalsIsReplayedForEachPolicy() throws Exception {
        Path file = directory.resolve("arrivals.csv");
        CommandLineRun written = CommandLineRun.of("simulate", "--requests", "500", "--write", file.toString());
        assertThat(written.status()).isZero();
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Thread writer = new Thread(() -> {
            try (OutputStream out = Files.newOutputStream(pipe, StandardOpenOption.WRITE)) {
                // Whoever opens it again would wait for ever.
                Files.delete(pipe);
                Files.copy(file, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.setDaemon(true);
        writer.start();

        JsonArray piped = results("--arrivals", pipe.toString());

        assertThat(piped).isEqualTo(results("--arrivals", file.toString()));
    }

    @Test
    void fileThatIsNoTextIsRefusedByItsOption() throws IOException {
        Path file = directory.resolve("arrivals.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("at_us,steps".getBytes(StandardCharsets.UTF_8));
        }
        for (List<String> more : List.of(
                List.of("--json"),
                List.of("--write", directory.resolve("copy.csv").toString()))) {
            List<String> args = new ArrayList<>(List.of("simulate", "--arrivals", file.toString()));
            args.addAll(more);
            CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines(
                            "glimpse simulate: --arrivals: " + file + " (expected: a text file of arrivals in UTF-8)");
        }
        assertThat(directory.resolve("copy.csv")).doesNotExist();
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

    @Test
    void aCheckSendsTheFirstSecondsToARealWorkerThreeTimes() throws IOException {
        Path models = directory.resolve("models");
        TinyModel.write(models.resolve("tiny/1"));
        CommandLineRun written = CommandLineRun.of("simulate", "--requests=3", "--write", file("three.csv"));
        assertThat(written.status()).as(written.err()).isZero();
        List<String> lines = Files.readAllLines(directory.resolve("three.csv"));
        List<String> times = List.of("100000", "900000", "1100000");
        for (int i = 0; i < times.size(); i++) {
            lines.set(i + 1, lines.get(i + 1).replaceFirst("^\\d+", times.get(i)));
        }
        Files.write(directory.resolve("three.csv"), lines);

        CommandLineRun run = CommandLineRun.of(
                "simulate",
                "--check=1",
                "--json",
                "--arrivals",
                file("three.csv"),
                "--set",
                "models.directory=" + models);

        assertThat(run.status()).as(run.err()).isZero();
        JsonObject top = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(top.get("interrupted").getAsBoolean()).isFalse();
        assertThat(top.getAsJsonArray("results")).hasSize(3).allSatisfy(round -> {
            JsonObject numbers = round.getAsJsonObject();
            assertThat(numbers.get("requests").getAsInt()).isEqualTo(2);
            assertThat(numbers.get("real_finished").getAsInt()).isEqualTo(2);
            assertThat(numbers.get("predicted_finished").getAsInt()).isEqualTo(2);
            assertThat(numbers.get("real_last_mean_ms").getAsDouble()).isPositive();
        });
    }

    @Test
    void anInterruptedCheckTellsOfTheRoundsThatHaveEnded() throws Exception {
        StringWriter out = new StringWriter();
        SimulateCommand command =
                new SimulateCommand(Map.of(), () -> () -> out.toString().contains("round 1:") ? 130 : 0);

        int status = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute(check("--arrivals", arrivals("0,4,1,exact,true,0,0,standard,,1.0,false")));

        assertThat(status).isEqualTo(130);
        assertThat(out.toString().lines().filter(line -> line.startsWith("round")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("round 1: 1 requests, "),
                        second -> assertThat(second).isEqualTo("round 2: interrupted"));
    }

    /** The times of the first forwards are no round. */
    @Test
    void aCheckThatIsInterruptedBeforeItsFirstRoundTellsOfNone() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SimulateCommand command = new SimulateCommand(Map.of(), () -> () -> asked.incrementAndGet() > 2 ? 130 : 0);
        StringWriter out = new StringWriter();

        int status = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute(check("--json"));

        assertThat(status).isEqualTo(130);
        JsonObject top = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(top.get("interrupted").getAsBoolean()).isTrue();
        assertThat(top.getAsJsonArray("results")).isEmpty();
    }

    @Test
    void theRoundsOfAnInterruptedCheckAreThereAsJson() throws Exception {
        SimulationCheck.Round round = new SimulationCheck.Round(ForwardTimes.exact(2e6, 4e6, 4), 7, List.of());
        AtomicInteger status = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        StringWriter out = new StringWriter();

        int ended = new CheckRounds(true, new PrintWriter(out))
                .run(
                        () -> {
                            if (begun.incrementAndGet() == 2) {
                                status.set(130);
                                return Optional.empty();
                            }
                            return Optional.of(round);
                        },
                        status::get);

        assertThat(ended).isEqualTo(130);
        JsonObject top = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(top.get("interrupted").getAsBoolean()).isTrue();
        assertThat(top.getAsJsonArray("results"))
                .singleElement()
                .extracting(result -> result.getAsJsonObject().get("requests").getAsInt())
                .isEqualTo(7);
    }

    @Test
    void aCheckOfSecondsInWhichNothingArrivesIsRefused() throws IOException {
        assertThat(refusedCheck("--load=1e-9"))
                .isEqualTo("--check: 1 s without a request (expected: so many that one arrives)");
    }

    @Test
    void aCheckOfRequestsThatAllComeTooLateIsRefused() throws IOException {
        assertThat(refusedCheck("--arrivals", arrivals("0,4,1,exact,true,1,0,standard,,1.0,false")))
                .isEqualTo("--check: 1 request without a picture (expected: some that get one in time,"
                        + " within the limits)");
    }

    @Test
    void aCheckOfRequestsThatTheServerRefusesIsRefused() throws IOException {
        assertThat(refusedCheck("--arrivals", arrivals("0,100,1,exact,true,0,0,standard,,1.0,false")))
                .isEqualTo("--check: a request of 100 steps (expected: arrivals within limits.max-steps, 64)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 65 | a request of 65 samples (expected: arrivals within limits.max-count, 64)",
                "17 | 64 | a request of 1088 evaluations (expected: arrivals within limits.max-nfe, 1024)",
            })
    void noRequestOfACheckAsksForMoreThanTheServerGrants(int steps, int samples, String complaint) {
        GenerationLimits limits = new GenerationLimits(64, 64, 1024, Duration.ofMinutes(5));
        Arrival fine = new Arrival(0, 16, 64, Preview.NONE, true, 0, 0, JobTerms.NONE);
        Arrival large = new Arrival(0, steps, samples, Preview.NONE, true, 0, 0, JobTerms.NONE);
        assertThatCode(() -> RealArrivals.require(List.of(fine), 1, limits)).doesNotThrowAnyException();
        assertThatThrownBy(() -> RealArrivals.require(List.of(fine, large), 1, limits))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--check: " + complaint);
    }

    @Test
    void whereNothingWasRealNoDeviationIsTold() {
        SimulationCheck.Round round = new SimulationCheck.Round(
                ForwardTimes.exact(2e6, 4e6, 4),
                1,
                List.of(new SimulationCheck.Pair("good", 0, 12), new SimulationCheck.Pair("finished", 10, 12)));
        StringWriter out = new StringWriter();

        SimulateReport.round(1, round, new PrintWriter(out));

        assertThat(out.toString().lines().skip(1))
                .containsExactly(
                        "  good             real       0.0  predicted      12.0         -",
                        "  finished         real      10.0  predicted      12.0   +20.0 %");
        JsonObject json = SimulationCheck.json(round);
        assertThat(json.has("deviation_percent_good")).isFalse();
        assertThat(json.get("deviation_percent_finished").getAsDouble()).isCloseTo(20, within(1e-9));
    }

    /** Options of a check of one second with a small model. */
    private String[] check(String... options) throws IOException {
        Path models = directory.resolve("models");
        TinyModel.write(models.resolve("tiny/1"));
        return Stream.concat(Stream.of("--check=1", "--set", "models.directory=" + models), Stream.of(options))
                .toArray(String[]::new);
    }

    /** What a check of one second says instead. */
    private String refusedCheck(String... options) throws IOException {
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Stream.of("simulate"), Stream.of(check(options))).toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("glimpse simulate: ");
        return run.err().substring("glimpse simulate: ".length()).strip();
    }

    private String arrivals(String line) throws IOException {
        String names = "at_us,steps,samples,preview,reads,deadline_us,leaves_us,rank,tenant,weight,flexible";
        return Files.writeString(directory.resolve("arrivals.csv"), names + "\n" + line + "\n")
                .toString();
    }

    private String file(String name) {
        return directory.resolve(name).toString();
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

    /** It would be told as a number that JSON has none of, or refused by the name of a field that nobody typed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--slo Infinity | --slo: Infinity (expected: more than 0, at most 1000000)",
                "--slo NaN | --slo: NaN (expected: more than 0, at most 1000000)",
                "--cost Infinity,1 | --cost: [Infinity, 1.0] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 1,NaN | --cost: [1.0, NaN] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 1e9,1 --load 1e-3 | --requests: 100000 (expected: fewer, a higher --load or a lower --cost or"
                        + " --deadline, so that all happens in 70 years)",
                "--cost 1e9,1 --deadline 1e6 | --requests: 100000 (expected: fewer, a higher --load or a lower --cost or"
                        + " --deadline, so that all happens in 70 years)",
            })
    void aNumberOutOfBoundsIsRefusedByTheOptionThatWasTyped(String options, String complaint) {
        CommandLineRun run = CommandLineRun.of(("simulate --json " + options).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
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
