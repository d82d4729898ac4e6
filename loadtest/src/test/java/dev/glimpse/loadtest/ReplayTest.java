package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A run of a file's arrivals, and what a report says for the next one. */
class ReplayTest {
    private static final List<Arrival> ARRIVALS = List.of(
            Arrival.plain(0, 5, Preview.NONE),
            Arrival.plain(0, 6, Preview.EXACT),
            Arrival.plain(400_000, 6, Preview.FREE),
            Arrival.plain(500_000, 6, Preview.FREE));

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private ScriptedServer server;
    private Path file;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(1);
        file = directory.resolve("arrivals.csv");
        ArrivalFile.write(ARRIVALS, file);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Which are what answers are held to. */
    @Test
    void timesAloneAreOfThePicturesThatTheFileAsksFor() {
        report("W2", "--arrivals=" + file, "--capacity=100");

        assertThat(server.requests())
                .isNotEmpty()
                .noneMatch(
                        request -> request.getPreview() == PreviewKind.PREVIEW_KIND_EXACT && request.getSteps() != 6);
        assertThat(kinds(5)).containsOnly(PreviewKind.PREVIEW_KIND_NONE).hasSizeGreaterThan(1);
        // But for the one of the run.
        assertThat(kinds(6).filter(PreviewKind.PREVIEW_KIND_EXACT::equals)).hasSize(1);
    }

    /** As a shell's {@code <(zcat arrivals.csv.gz)}, which tells its lines once. */
    @Test
    void arrivalsOfAPipeAreReplayed() throws Exception {
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

        JsonObject run = runs(report("W2", "--arrivals=" + pipe, "--capacity=100"))
                .get(0)
                .getAsJsonObject();

        assertThat(run.get("offered").getAsInt()).isEqualTo(ARRIVALS.size());
    }

    private Stream<PreviewKind> kinds(int steps) {
        return server.requests().stream()
                .filter(request -> request.getSteps() == steps)
                .map(GenerateRequest::getPreview);
    }

    @Test
    void whatAFileAsksForIsWhatItsRequestsTake() {
        JsonObject run = runs(report("W2", "--arrivals=" + file, "--capacity=100"))
                .get(0)
                .getAsJsonObject();

        assertThat(run.get("demand_nfe_per_second").getAsDouble()).isEqualTo((5 + 11 + 7 + 7) / 0.5);
    }

    @Test
    void aReportSaysWhatItsRunsWere() {
        JsonObject report = report("W2", "--rate=20", "--seconds=1", "--seed=9", "--rounds=2");

        JsonObject setup = report.getAsJsonObject("setup");
        assertThat(setup.keySet())
                .containsExactlyInAnyOrder(
                        "seed",
                        "warm_up_seconds",
                        "seconds",
                        "preview",
                        "rate",
                        "connections",
                        "timeout_seconds",
                        "rounds",
                        "measured_target");
        assertThat(setup.get("seed").getAsLong()).isEqualTo(9);
        assertThat(setup.get("rate").getAsDouble()).isEqualTo(20);
        assertThat(setup.get("preview").getAsString()).isEqualTo("exact");
        assertThat(setup.get("measured_target").getAsString()).isEqualTo("scripted");
        JsonObject last = runs(report).get(1).getAsJsonObject();
        assertThat(last.get("round").getAsInt()).isEqualTo(2);
        assertThat(last.get("scenario").getAsString()).isEqualTo("W2");
        assertThat(last.get("target").getAsString()).isEqualTo("scripted");
    }

    @Test
    void aReportSaysWhatItWasToldAloneWhereThatMadeADifference() {
        JsonObject measured = report("W2", "--measure=1", "--seconds=1");
        assertThat(measured.get("capacity_crowd").getAsInt()).isPositive();
        assertThat(measured.getAsJsonObject("setup").get("load").getAsDouble()).isEqualTo(0.8);
        assertThat(measured.getAsJsonObject("setup").get("measure_seconds").getAsInt())
                .isEqualTo(1);

        JsonObject told = report("W2", "--arrivals=" + file, "--capacity=100");
        assertThat(told.has("capacity_crowd")).isFalse();
        assertThat(told.getAsJsonObject("setup").get("arrivals").getAsString()).isEqualTo(file.toString());
        assertThat(told.getAsJsonObject("setup").keySet())
                .doesNotContain("seconds", "load", "rate", "preview", "measure_seconds");
    }

    private static JsonArray runs(JsonObject report) {
        return report.getAsJsonArray("runs");
    }

    private JsonObject report(String scenario, String... options) {
        Stream<String> all = Stream.concat(
                Stream.of(
                        scenario,
                        "--target=scripted=127.0.0.1:" + server.target().port(),
                        "--warm-up=0",
                        "--json"),
                Stream.of(options));
        out.getBuffer().setLength(0);
        int status = new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(all.toArray(String[]::new));
        assertThat(status).as(errors.toString()).isZero();
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }
}
