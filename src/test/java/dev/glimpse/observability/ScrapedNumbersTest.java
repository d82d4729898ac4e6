package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.generation.GenerationListener.Forward;
import dev.glimpse.generation.GenerationListener.Part;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.Release;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Units and sums of what is told: seconds, and all lanes and devices together. */
class ScrapedNumbersTest {
    private static final SchedulerSettings SCHEDULING = new SchedulerSettings(2, 4, 10, 100, 0.5, 1_000_000_000L, 50);

    private final Meters meters = new Meters();
    private final CoreMeter core =
            new CoreMeter(meters, new RequestSpans(TracerProvider.noop().get("none"), false), Integer::toString);
    private final SchedulerListener lane = core.opened("garments/1", SCHEDULING);
    private final SchedulerListener other = core.opened("shoes/1", SCHEDULING);

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void evaluationsAreToldByRankAndOfAllLanes() {
        lane.queued(Rank.INTERACTIVE, 3);
        lane.queued(Rank.STANDARD, 4);
        other.queued(Rank.INTERACTIVE, 5);

        assertThat(meters.scrape())
                .contains("glimpse_queue_nfe{rank=\"interactive\"} 8.0")
                .contains("glimpse_queue_nfe{rank=\"standard\"} 4.0")
                .contains("glimpse_queue_nfe{rank=\"background\"} 0.0");
        assertThat(core.queuedNfe()).isEqualTo(12);
    }

    @Test
    void theWaitIsThatForAllLanesWork() {
        lane.entered(List.of(job(1)));
        lane.expectedWait(1_500_000_000);
        other.entered(List.of(job(2)));
        other.expectedWait(2_250_000_000L);

        assertThat(meters.scrape()).contains("glimpse_estimated_wait_seconds 3.75\n");
    }

    @Test
    void forwardsAreTimedInSeconds() {
        core.forward(new Forward("garments/1", 0, Release.KNEE, 8_000_000, List.of(part())));
        core.forward(new Forward("shoes/1", 1, Release.KNEE, 24_000_000, List.of(part())));

        assertThat(meters.scrape())
                .contains("glimpse_step_duration_seconds_count 2\n")
                .contains("glimpse_step_duration_seconds_sum 0.032\n");
    }

    @Test
    void requestsAreTimedByTheirOutcome() {
        RequestMeter requests = new RequestMeter(meters, new DoorTimes());
        requests.door("grpc");

        requests.ended(new Visitor("grpc", "lab", Rank.STANDARD), Outcome.SHED, Duration.ofMillis(1500));

        assertThat(meters.scrape())
                .contains("glimpse_request_duration_seconds_sum{outcome=\"shed\"} 1.5\n")
                .contains("glimpse_request_duration_seconds_count{outcome=\"shed\"} 1\n")
                .contains("glimpse_request_duration_seconds_count{outcome=\"ok\"} 0\n");
    }

    @Test
    void efficiencyForgetsWhatIsAMinuteOfWorkAgo() {
        Efficiency efficiency = new Efficiency();
        long minute = Duration.ofMinutes(1).toNanos();
        efficiency.bestNanosPerRow("garments/1", 0, minute / 10.0);

        efficiency.forward("garments/1", 0, 0, minute);
        efficiency.forward("garments/1", 0, 10, minute);

        assertThat(efficiency.ratio()).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-12));
    }

    @Test
    void theForwardThatHasRunForLongestIsTheReasonToBeReplaced() {
        try (Observability observability = new Observability(new ObservabilitySettings(
                "test", new ObservabilitySettings.Traces(Optional.empty(), 1), 0.95, Duration.ofMinutes(2)))) {
            SchedulerListener devices = observability.listener().opened("garments/1", SCHEDULING);
            devices.started(batch(0, Duration.ofSeconds(1)), 0);
            devices.started(batch(1, Duration.ofMinutes(3)), 0);
            devices.started(batch(2, Duration.ofSeconds(1)), 0);

            assertThat(observability.stuck())
                    .hasValueSatisfying(reason -> assertThat(reason).endsWith(" s on device 1"));
        }
    }

    private static Job job(long id) {
        return new Job(id, List.of(1, 1), Long.MAX_VALUE / 2, new JobTerms(Rank.STANDARD, "", 1, false));
    }

    private static Part part() {
        return new Part(List.of("r-1"), 0, 0, 1, true);
    }

    /** Of a forward that has run for so long. */
    private static Batch batch(int device, Duration age) {
        return new Batch(
                List.of(new Batch.Entry(1, 0, 1, false)),
                1,
                device,
                System.nanoTime() - age.toNanos(),
                Release.EVERYTHING);
    }
}
