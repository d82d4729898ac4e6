package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerSettings;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of many pictures that may be cut short where not all of them fit into one forward of each device. */
class FlexibleTest {
    private static final ForwardTimes TIMES = ForwardTimes.exact(3.2e6, 1.95e6, 4);
    private static final JobTerms FLEXIBLE = new JobTerms(Rank.STANDARD, "", 1, true);
    private static final int STEPS = 18;
    private static final long SECOND = 1_000_000;

    private static Arrival flexible(int samples, long deadlineMillis) {
        return new Arrival(20 * SECOND, STEPS, samples, Preview.NONE, true, 1000 * deadlineMillis, 0, FLEXIBLE);
    }

    /** Forwards of every size come first, so that it is known what they take. */
    private static Outcome run(Stream<Arrival> arrivals) {
        SchedulerSettings settings = new SchedulerSettings(2, 4, 12, 8192, 0.9, 2_000_000_000, 64);
        Stream<Arrival> before = IntStream.range(0, 10)
                .mapToObj(i -> new Arrival(i * SECOND, 4, 4 + 4 * (i % 6), Preview.NONE, true, 0, 0, JobTerms.NONE));
        return new Simulation(settings, TIMES, new Slo.Relative(3, TIMES.nanos(1)))
                .run(Stream.concat(before, arrivals).iterator(), arrived -> true);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 300, 400, 500, 600, 800, 1000, 1200})
    void manyPicturesOfARequestAllEndByItsDeadline(int millis) {
        Outcome outcome = run(Stream.of(flexible(64, millis)));
        assertThat(outcome.finished()).isEqualTo(outcome.offered());
        assertThat(outcome.shortened()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 500, 700, 1000, 1500})
    void requestsOfABurstAllEndByTheirDeadlines(int millis) {
        Outcome outcome = run(Stream.generate(() -> flexible(1, millis)).limit(200));
        assertThat(outcome.finished()).isEqualTo(outcome.offered());
    }
}
