package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that are cut, and what reports say of runs. */
class TrialTest {
    private static final Slo SLO = new Slo(3, Map.of(1, TimeUnit.SECONDS.toNanos(1)));
    private static final int SECONDS = 3600;

    /** One each tenth of a second. */
    private static final List<Arrival> ARRIVALS = IntStream.range(0, SECONDS * 10)
            .mapToObj(i -> Arrival.plain(i * 100_000L, 1, Preview.NONE))
            .toList();

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRunThatIsCutIsMeasuredByTheTimeThatItHad() throws Exception {
        Trial.Result cut = run(0, 5).orElseThrow();

        assertThat(cut.extent().cut()).isTrue();
        assertThat(cut.summary().seconds())
                .isEqualTo(cut.extent().seconds())
                // Of so many requests the last is due then, and it was cut long before the next hour.
                .isBetween(0.4, 60.0);
    }

    @Test
    void theWarmUpIsNoPartOfTheTimeThatItHad() throws Exception {
        Trial.Result cut = run(0.2, 5).orElseThrow();

        assertThat(cut.summary().seconds()).isEqualTo(cut.extent().seconds() - 0.2);
    }

    @Test
    void aRunThatIsCutInItsWarmUpHasNothingToTell() throws Exception {
        assertThat(run(SECONDS - 1, 1)).isEmpty();
    }

    @Test
    void reportsSayThatARunWasCut() throws Exception {
        Trial.Result cut = run(0, 5).orElseThrow();
        assertThat(text(cut, cut))
                .containsPattern("\n  cut after \\d+\\.\\d s with \\d+ requests still open\n")
                .doesNotContain("medians");
        assertThat(json(cut).get("interrupted").getAsBoolean()).isTrue();
        assertThat(json(cut).get("waiting").getAsInt()).isEqualTo(cut.extent().waiting());
    }

    @Test
    void reportsSayThatSomeNeverEnded() throws Exception {
        Trial.Result whole = whole();
        OpenLoop.Extent extent = new OpenLoop.Extent(1, 2, false);

        assertThat(text(whole)).doesNotContain("had not ended");
        assertThat(text(with(whole, extent)))
                .contains("\n  2 requests had not ended long after their time, and are in no number here\n");
    }

    /** Each picture comes twice, in two commands that have drawn the same. */
    @Test
    void whatTheServerHadMadeBeforeIsCounted() throws Exception {
        server.caches();

        Trial.Result fresh = whole();
        Trial.Result again = whole();

        assertThat(fresh.summary().cached()).isZero();
        assertThat(again.summary().cached()).isEqualTo(3);
        assertThat(text(fresh)).doesNotContain("cache", "fewer steps");
        assertThat(text(again)).contains("  from the server's cache: 3 of 3 requests\n");
        assertThat(json(again).get("cached").getAsInt()).isEqualTo(3);
    }

    /** A server without idle WebSockets has memory, too. */
    @Test
    void theMemoryOfTheServersProcessIsToldBeforeAndAfter() throws Exception {
        Trial.Insight here = new Trial.Insight(
                Optional.of(ServerProcess.of(ProcessHandle.current().pid())), Optional.empty());

        Trial.Result run = whole(ARRIVALS.subList(0, 3), here);

        long before = json(run).get("server_kilobytes_before").getAsLong();
        long after = json(run).get("server_kilobytes_after").getAsLong();
        assertThat(before).isPositive();
        assertThat(after).isPositive();
        assertThat(text(run)).contains("\n  server memory: " + before + " kB before, " + after + " kB after\n");
        assertThat(json(run).has("kilobytes_per_socket")).isFalse();
        assertThat(text(whole())).doesNotContain("memory");
        assertThat(json(whole()).has("server_kilobytes_before")).isFalse();
    }

    @Test
    void answersOfFewerStepsAreCounted() throws Exception {
        server.shortens();
        Arrival flexible = new Arrival(0, 1, 1, Preview.NONE, true, 0, 0, "standard", "", 1, true);

        Trial.Result run = whole(List.of(flexible, flexible, Arrival.plain(0, 1, Preview.NONE)));

        assertThat(run.summary().count(Answer.End.FINISHED)).isEqualTo(2);
        assertThat(run.summary().count(Answer.End.BROKEN)).isEqualTo(1);
        assertThat(text(run)).contains("  with fewer steps than asked for: 3 of 3 requests\n");
        assertThat(json(run).get("shortened").getAsInt()).isEqualTo(3);
    }

    @Test
    void whatTooFewAnswersCannotTellIsLeftOut() throws Exception {
        Trial.Result whole = whole();

        assertThat(json(whole).getAsJsonObject("first_ms").keySet())
                .containsExactly("count", "p50", "p90", "p95", "max");
        assertThat(json(whole).getAsJsonObject("refusal_ms").keySet()).containsExactly("count");
        assertThat(text(whole)).containsPattern("  first picture +3 +\\S+ +\\S+ +- +\\S+\n");
    }

    private Trial.Result whole() throws Exception {
        return whole(ARRIVALS.subList(0, 3));
    }

    private Trial.Result whole(List<Arrival> arrivals) throws Exception {
        return whole(arrivals, new Trial.Insight(Optional.empty(), Optional.empty()));
    }

    private Trial.Result whole(List<Arrival> arrivals, Trial.Insight insight) throws Exception {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, 5000, Map.of(), 1, 1, Scenario.W2);
        Trial.Plan plan = new Trial.Plan(Scenario.W2, arrivals, 1, 0, terms, 0);
        return new Trial(plan, SLO, OpenLoop.unseen(() -> true))
                .run(server.target(), insight)
                .orElseThrow();
    }

    private static Trial.Result with(Trial.Result r, OpenLoop.Extent extent) {
        return new Trial.Result(
                r.scenario(),
                r.asked(),
                r.target(),
                r.summary(),
                extent,
                r.problems(),
                r.failures(),
                r.idleAtStart(),
                r.idleAtEnd(),
                r.usage(),
                r.evaluations());
    }

    private static String text(Trial.Result... results) {
        StringWriter text = new StringWriter();
        Report report = new Report(new PrintWriter(text), Optional.empty());
        report.result(new Turn.Taken(1, results[0]));
        report.medians(List.of(results));
        return text.toString();
    }

    private static JsonObject json(Trial.Result result) {
        JsonReport.Setup setup =
                new JsonReport.Setup(SLO, "scripted", Optional.empty(), Optional.empty(), new JsonObject());
        return JsonParser.parseString(JsonReport.of(setup, List.of(new Turn.Taken(1, result))))
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject();
    }

    /** @param requests that the server has to have seen before the run is cut */
    private Optional<Trial.Result> run(double warmUpSeconds, int requests) throws Exception {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, 5000, Map.of(), 1, 2, Scenario.W2);
        Trial.Plan plan = new Trial.Plan(Scenario.W2, ARRIVALS, SECONDS, warmUpSeconds, terms, 0);
        return new Trial(plan, SLO, OpenLoop.unseen(() -> server.requests().size() < requests))
                .run(server.target(), new Trial.Insight(Optional.empty(), Optional.empty()));
    }
}
