package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Core;
import dev.glimpse.generation.GenerationListener;
import dev.glimpse.generation.GenerationListener.Forward;
import dev.glimpse.generation.GenerationListener.Part;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Departure;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.Release;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import io.opentelemetry.api.trace.TracerProvider;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of what the core tells. */
class ObservabilityTest {
    private static final int BOUND = 100;
    private static final String AGE = "glimpse_forward_age_seconds ";
    private static final SchedulerSettings SCHEDULING = new SchedulerSettings(1, 4, 10, BOUND, 0.5, 1_000_000_000L, 50);

    private final Meters meters = new Meters();
    private final CoreMeter core =
            new CoreMeter(meters, new RequestSpans(TracerProvider.noop().get("none"), false), Integer::toString);
    private final SchedulerListener lane = core.opened("garments/1", SCHEDULING);

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void aRequestIsQueuedUntilTheFirstOfItsStepsBegins() {
        lane.entered(List.of(job(1, Rank.BACKGROUND), job(2, Rank.BACKGROUND)));
        lane.entered(List.of(job(3, Rank.INTERACTIVE)));

        assertThat(meters.scrape())
                .contains("glimpse_queue_requests{rank=\"background\"} 1.0")
                .contains("glimpse_queue_requests{rank=\"interactive\"} 1.0")
                .contains("glimpse_active_trajectories 3.0");

        lane.started(batch(1, 0), 2);
        lane.left(3, Departure.CANCELLED);

        assertThat(meters.scrape())
                .contains("glimpse_queue_requests{rank=\"background\"} 0.0")
                .contains("glimpse_queue_requests{rank=\"interactive\"} 0.0")
                .contains("glimpse_active_trajectories 2.0");
    }

    @Test
    void aRequestThatGoesOnIsQueuedForNoFirstStep() {
        Job resumed = new Job(1, List.of(1, 1), Long.MAX_VALUE / 2, JobTerms.NONE, true);
        lane.entered(List.of(resumed, job(2, JobTerms.NONE.rank())));
        assertThat(meters.scrape())
                .contains("glimpse_queue_requests{rank=\"standard\"} 0.0")
                .contains("glimpse_active_trajectories 2.0");

        lane.started(batch(2, 0), 1);
        lane.left(1, Departure.FINISHED);
        lane.left(2, Departure.FINISHED);

        assertThat(meters.scrape()).contains("glimpse_queue_requests{rank=\"standard\"} 0.0");
    }

    /** It ends with the time, which nothing tells while nothing is asked for. */
    @Test
    void aLaneThatIsIdleIsNotBrownedOut() {
        lane.entered(List.of(job(1, Rank.STANDARD)));
        lane.brownOut(3);
        assertThat(meters.scrape()).contains("glimpse_brownout_level 3.0");

        lane.left(1, Departure.FINISHED);
        assertThat(meters.scrape()).contains("glimpse_brownout_level 0.0");
    }

    @Test
    void threadsThatHangAreCounted() {
        core.hung(2);
        assertThat(meters.scrape()).contains("glimpse_forwards_hung 2.0");
        core.hung(1);
        assertThat(meters.scrape()).contains("glimpse_forwards_hung 1.0");
    }

    @Test
    void evaluationsForClientsThatLeftAreWastedAndNothingElse() {
        core.forward(forward(new Part(List.of("r-1"), 0, 0, 2, true), new Part(List.of("r-2"), 0, 4, 2, false)));

        assertThat(meters.scrape())
                .contains("glimpse_nfe_total{kind=\"step\"} 1.0")
                .contains("glimpse_nfe_total{kind=\"preview\"} 1.0")
                .contains("glimpse_nfe_total{kind=\"wasted\"} 2.0")
                .contains("glimpse_step_batch_size_sum{release_reason=\"knee\"} 4.0");
    }

    @Test
    void efficiencyIsWhatWasDoneByWhatFullForwardsWouldHaveDone() {
        // A full forward of 10 rows takes 2 ms, so half as many rows in the same time are half of what could be.
        lane.fitted(0, 1_000_000, 100_000);
        Part[] parts = {part(), part(), part(), part(), part()};
        core.forward(forward(parts));

        assertThat(meters.scrape()).contains("glimpse_efficiency_ratio 0.5\n");
    }

    @Test
    void theCostsOfALaneGoWithIt() {
        lane.fitted(0, 1_000_000, 100_000);
        assertThat(meters.scrape())
                .contains("glimpse_step_cost_seconds{coefficient=\"a\",device=\"0\",model=\"garments/1\"} 0.001")
                .contains("glimpse_step_cost_seconds{coefficient=\"b\",device=\"0\",model=\"garments/1\"} 1.0E-4");

        core.closed("garments/1");

        assertThat(meters.scrape()).doesNotContain("garments/1");
    }

    @Test
    void theCostsOfALaneThatLeavesDuringItsFirstForwardGoWithItToo() throws Exception {
        try (Observability observability = observability();
                Core held = Core.held(observability.listener())) {
            Core.await(held.service().shelf().load(held.engine().source("shoes", "1")));
            GenerationStream stream = held.openPlain(2, 1);
            held.engine().awaitForwards(1);
            stream.cancel();
            Future<Void> unloaded = held.service().shelf().unload("garments", "1");
            // Admitted after the lane has left.
            GenerationStream other = held.openPlain(1, 2);
            held.engine().letAllGo();
            Core.readAll(other);
            Core.await(unloaded);

            assertThat(observability.scrape()).doesNotContain("garments/1");
        }
    }

    @Test
    void gpusGoByTheirNames() {
        ObservabilitySettings settings = new ObservabilitySettings(
                "test",
                new ObservabilitySettings.Traces(Optional.empty(), 1),
                0.95,
                Duration.ofMinutes(2),
                List.of("gpu:0", "gpu:1"));
        try (Observability observability = new Observability(settings)) {
            observability.listener().opened("garments/1", SCHEDULING).fitted(1, 1_000_000, 100_000);
            observability.serving(List::of, () -> 0);
            observability.memory("gpu:1", () -> 5e9);

            assertThat(observability.scrape())
                    .contains(
                            "glimpse_step_cost_seconds{coefficient=\"a\",device=\"gpu:1\",model=\"garments/1\"} 0.001")
                    .contains("glimpse_device_memory_bytes{device=\"gpu:1\"} 5.0E9")
                    .doesNotContain("device=\"cpu\"");
        }
    }

    @Test
    void aForwardAgesUntilItComesBackOrFails() {
        lane.started(batch(1, System.nanoTime() - Duration.ofMinutes(3).toNanos()), 0);
        assertThat(core.oldestForward().orElseThrow().age()).isGreaterThanOrEqualTo(Duration.ofMinutes(3));

        core.failed("garments/1", batch(1, 0));

        assertThat(core.oldestForward()).isEmpty();
        assertThat(meters.scrape()).contains("glimpse_forward_failures_total 1.0");

        lane.started(batch(1, System.nanoTime() - Duration.ofMinutes(3).toNanos()), 0);
        lane.completed(batch(1, 0), 1_000_000);
        assertThat(core.oldestForward()).isEmpty();
    }

    @Test
    void anEvaluationWithDerivativesAgesLikeAForward() {
        core.lent(0, System.nanoTime() - Duration.ofMinutes(3).toNanos());
        assertThat(core.oldestForward().orElseThrow().age()).isGreaterThanOrEqualTo(Duration.ofMinutes(3));

        core.returned(0, false);

        assertThat(core.oldestForward()).isEmpty();
        assertThat(meters.scrape()).contains("glimpse_forward_failures_total 0.0");
    }

    @Test
    void anEvaluationWithDerivativesThatFailsIsCountedLikeAForward() {
        core.lent(0, System.nanoTime());

        core.returned(0, true);

        assertThat(meters.scrape()).contains("glimpse_forward_failures_total 1.0");
    }

    @Test
    void timeAtLikelihoodsIsCountedByDevice() {
        core.lent(1, System.nanoTime() - Duration.ofMinutes(3).toNanos());
        core.returned(1, false);
        core.returned(1, false);
        core.scoresWaiting(2);

        assertThat(meters.scrape())
                .contains("glimpse_scoring_device_seconds_total{device=\"0\"} 0.0")
                .containsPattern("glimpse_scoring_device_seconds_total\\{device=\"1\"} 18\\d\\.")
                .contains("glimpse_scoring_waiting 2.0");
    }

    @Test
    void aForwardThatFollowsAnotherAgesAsWell() throws Exception {
        try (Observability observability = observability();
                Core held = Core.held(observability.listener())) {
            GenerationStream stream = held.openPlain(2, 1);
            held.engine().awaitForwards(1);
            held.engine().letGo(1);
            held.engine().awaitForwards(1);
            // Admitted after all that the first step's end brought about.
            GenerationStream other = held.openPlain(1, 2);
            assertThat(observability.scrape()).contains(AGE).doesNotContain(AGE + "0.0\n");

            held.engine().letAllGo();
            Core.readAll(stream);
            Core.readAll(other);
            assertThat(observability.scrape()).contains(AGE + "0.0\n");
        }
    }

    @Test
    void aFullQueueIsAReasonNotToBeReady() {
        try (Observability observability = observability()) {
            SchedulerListener full = observability.listener().opened("garments/1", SCHEDULING);
            full.queued(Rank.STANDARD, BOUND / 2);
            assertThat(observability.overloaded()).isEmpty();

            full.queued(Rank.BACKGROUND, BOUND / 2);

            assertThat(observability.overloaded()).contains("the queue is full: 100 % of its bound");
        }
    }

    @Test
    void theQueueIsFullWhereAllModelsFillItTogether() {
        try (Observability observability = observability()) {
            observability.listener().opened("garments/1", SCHEDULING).queued(Rank.STANDARD, BOUND / 2);
            observability.listener().opened("garments/1/free", SCHEDULING).queued(Rank.STANDARD, BOUND / 2);

            assertThat(observability.overloaded()).contains("the queue is full: 100 % of its bound");
        }
    }

    @Test
    void aForwardThatDoesNotEndIsAReasonToBeReplaced() {
        try (Observability observability = observability()) {
            GenerationListener listener = observability.listener();
            SchedulerListener stuck = listener.opened("garments/1", SCHEDULING);
            assertThat(observability.stuck()).isEmpty();

            stuck.started(batch(1, System.nanoTime() - Duration.ofMinutes(3).toNanos()), 0);

            assertThat(observability.stuck())
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("a forward has been running for 18"))
                    .hasValueSatisfying(reason -> assertThat(reason).endsWith(" s on device 0"));
        }
    }

    /** Beyond a minute somebody is woken, and asks which device it is. */
    @Test
    void aForwardThatTakesLongIsTold() {
        try (Observability observability = observability()) {
            SchedulerListener slow = observability.listener().opened("garments/1", SCHEDULING);
            slow.started(batch(1, System.nanoTime() - Duration.ofSeconds(30).toNanos()), 0);
            assertThat(observability.slow()).isEmpty();

            slow.started(batch(1, System.nanoTime() - Duration.ofSeconds(80).toNanos()), 0);

            assertThat(observability.slow())
                    .hasValueSatisfying(
                            note -> assertThat(note).matches("a forward has been running for 8\\d s on device 0"));
            assertThat(observability.stuck()).isEmpty();
        }
    }

    @Test
    void aDoorThatIsNamedAnewForEachClientCountsTheStreamsOfAll() {
        RequestMeter requests = new RequestMeter(meters, new DoorTimes());
        requests.door("grpc");
        requests.admitted("grpc");
        requests.door("grpc");
        requests.admitted("grpc");

        assertThat(meters.scrape()).contains("glimpse_open_streams{door=\"grpc\"} 2.0");
    }

    @Test
    void processorTimeIsTheDoorsWhoseWorkTookIt() {
        DoorTimes times = new DoorTimes();
        AtomicLong spent = new AtomicLong();
        times.run("grpc", () -> times.run("grpc", () -> spent.set(work())));
        times.run("http", () -> {});

        assertThat(spent.get()).isPositive();
        // What is measured within something measured counts once.
        assertThat(times.seconds("grpc") * 1e9).isBetween(spent.get() * 0.9, spent.get() * 1.5 + 1e7);
        assertThat(times.seconds("http")).isLessThan(times.seconds("grpc"));
    }

    /** Keeps this thread busy for 20 ms of its own time; how much that was. */
    private static long work() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        long now = before;
        while (now - before < 20_000_000) {
            now = threads.getCurrentThreadCpuTime();
        }
        return now - before;
    }

    private static Observability observability() {
        return new Observability(new ObservabilitySettings(
                "test", new ObservabilitySettings.Traces(Optional.empty(), 1), 0.95, Duration.ofMinutes(2)));
    }

    private static Job job(long id, Rank rank) {
        return new Job(id, List.of(1, 1), Long.MAX_VALUE / 2, new JobTerms(rank, "", 1, false));
    }

    private static Batch batch(long jobId, long startNanos) {
        return new Batch(List.of(new Batch.Entry(jobId, 0, 1, false)), 1, 0, startNanos, Release.EVERYTHING);
    }

    private static Part part() {
        return new Part(List.of("r-1"), 0, 0, 1, true);
    }

    private static Forward forward(Part... parts) {
        return new Forward("garments/1", 0, Release.KNEE, 2_000_000, List.of(parts));
    }
}
