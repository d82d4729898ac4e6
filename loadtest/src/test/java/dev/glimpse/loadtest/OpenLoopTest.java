package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.loadtest.Answer.End;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Quality;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenLoopTest extends AgainstScriptedServer {
    private static final long GAP_MICROS = 5000;

    @Test
    void waitingBehindOthersCountsFromWhenARequestWasDue() throws Exception {
        List<Arrival> arrivals = IntStream.range(0, 8)
                .mapToObj(i -> Arrival.plain(i * GAP_MICROS, 1, Preview.NONE))
                .toList();

        List<Answer> answers = run(arrivals);

        // Whoever is served as the k-th, a client that waited for one answer before the next request would see 100 ms.
        List<Long> ends = answers.stream()
                .map(a -> TimeUnit.MICROSECONDS.toNanos(a.arrival().atMicros())
                        + a.times().end())
                .sorted()
                .toList();
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(ends.get(i)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos((i + 1) * EACH_MILLIS));
        }
        assertThat(answers)
                .allMatch(a -> a.end() == End.FINISHED && a.times().first().isPresent());
    }

    @Test
    void everyRequestEndsInOneOfTheWaysThatThereAre() throws Exception {
        Arrival leaving = new Arrival(0, 1, 1, Preview.NONE, true, 0, 1000, "standard", "", 1, false);
        Arrival hurried = new Arrival(0, 1, 1, Preview.NONE, true, 1000, 0, "standard", "", 1, false);

        List<Answer> answers = run(List.of(
                Arrival.plain(0, 4, Preview.FREE),
                leaving,
                hurried,
                Arrival.plain(0, ScriptedServer.REFUSED, Preview.NONE),
                Arrival.plain(0, ScriptedServer.BROKEN, Preview.NONE)));

        assertThat(answers)
                .extracting(Answer::end)
                .containsExactly(End.FINISHED, End.LEFT, End.LATE, End.REFUSED, End.BROKEN);
        Summary summary = Summary.of(answers, SLO, 0, 1);
        assertThat(summary.dropped()).isEqualTo(1);
        assertThat(summary.attentive()).isEqualTo(4);
        assertThat(summary.times().refusal().getTotalCount()).isEqualTo(1);
        assertThat(summary.details()).containsKeys("RESOURCE_EXHAUSTED: full", "UNAVAILABLE: gone");
    }

    @Test
    void aRequestOfSeveralPicturesIsFinishedWithAllOfThem() throws Exception {
        Arrival several = new Arrival(0, 2, 3, Preview.FREE, true, 0, 0, "standard", "", 1, false);

        List<Answer> answers = run(List.of(several));

        assertThat(answers).extracting(Answer::end).containsExactly(End.FINISHED);
        assertThat(answers.get(0).frames()).hasSize(2 * 3);
    }

    @Test
    void fewerStepsAreAskedForWhereTheArrivalSaysSo() throws Exception {
        Arrival flexible = new Arrival(0, 1, 1, Preview.NONE, true, 0, 0, "standard", "", 1, true);

        run(List.of(flexible, Arrival.plain(0, 1, Preview.NONE)));

        assertThat(server.requests())
                .extracting(GenerateRequest::getQuality)
                .containsExactlyInAnyOrder(Quality.QUALITY_FLEXIBLE, Quality.QUALITY_FIXED);
    }

    @Test
    void workIsCountedFromWhatTheFramesSay() throws Exception {
        int steps = 4;

        Summary summary = Summary.of(run(List.of(Arrival.plain(0, steps, Preview.FREE))), SLO, 0, 1);

        assertThat(summary.work().nfe()).isEqualTo(steps);
        assertThat(summary.meanRows()).isEqualTo(2);
        // Each step is half of a forward of 2 rows that took 1 ms.
        assertThat(summary.work().deviceMicros()).isEqualTo(steps * 1000 / 2.0);
        assertThat(summary.times().gap().getTotalCount()).isEqualTo(steps - 1);
    }

    @Test
    void aServerThatIsNotThereRefusesEverything() throws Exception {
        server.close();

        assertThat(run(List.of(Arrival.plain(0, 1, Preview.NONE), Arrival.plain(10, 1, Preview.NONE))))
                .extracting(Answer::end)
                .containsOnly(End.REFUSED);
    }

    @Test
    void aRunThatIsInterruptedTellsWhatItHasSeen() throws Exception {
        List<Arrival> arrivals =
                List.of(Arrival.plain(0, 1, Preview.NONE), Arrival.plain(TimeUnit.HOURS.toMicros(1), 1, Preview.NONE));
        long start = System.nanoTime();
        long enough = TimeUnit.MILLISECONDS.toNanos(5 * EACH_MILLIS);

        OpenLoop.Outcome outcome = new OpenLoop(
                        clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> System.nanoTime() - start < enough))
                .run(arrivals, TimeUnit.HOURS.toSeconds(1), Map.of());

        assertThat(outcome.answers()).hasSize(1);
        assertThat(outcome.extent().cut()).isTrue();
        assertThat(outcome.extent().waiting()).isZero();
        assertThat(outcome.extent().seconds()).isBetween(5 * EACH_MILLIS / 1000.0, 60.0);
    }

    @Test
    void whoStillWaitsWhenARunIsCutIsCounted() throws Exception {
        OpenLoop.Outcome outcome = new OpenLoop(
                        clients,
                        TIMEOUT_MILLIS,
                        OpenLoop.unseen(() -> server.requests().size() < 2))
                .run(
                        List.of(
                                Arrival.plain(0, 1, Preview.NONE),
                                new Arrival(0, 1, 1, Preview.NONE, false, 0, 0, "standard", "", 1, false)),
                        1,
                        Map.of());

        assertThat(outcome.extent())
                .isEqualTo(new OpenLoop.Extent(1, 2 - outcome.answers().size(), true));
        assertThat(outcome.extent().waiting()).isPositive();
    }

    /** As the server's end half-way is, where a file's requests all come in its first half. */
    @Test
    void whatIsToHappenHappensBehindTheLastRequestToo() throws Exception {
        AtomicInteger happened = new AtomicInteger(-1);
        List<Arrival> arrivals = List.of(Arrival.plain(0, 1, Preview.NONE), Arrival.plain(10, 1, Preview.NONE));

        List<Answer> answers = new OpenLoop(clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> true))
                .run(
                        arrivals,
                        1,
                        Map.of(
                                GAP_MICROS,
                                () -> happened.compareAndSet(-1, 0),
                                2 * GAP_MICROS,
                                happened::incrementAndGet))
                .answers();

        assertThat(answers).hasSize(2);
        assertThat(happened).hasValue(1);
    }

    /** Beyond the time of all clients, and of those that say how long they wait. */
    @Test
    void whoWaitsLongerThanTheRestIsWaitedFor() {
        OpenLoop loop = new OpenLoop(clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> true));
        long minute = TimeUnit.MINUTES.toMicros(1);
        Arrival patient = new Arrival(0, 1, 1, Preview.NONE, true, minute, 0, "standard", "", 1, false);
        Arrival plain = Arrival.plain(0, 1, Preview.NONE);

        assertThat(loop.patienceNanos(List.of(plain))).isEqualTo(TimeUnit.SECONDS.toNanos(5 + 5));
        assertThat(loop.patienceNanos(List.of(patient, plain))).isEqualTo(TimeUnit.SECONDS.toNanos(60 + 5));
    }
}
