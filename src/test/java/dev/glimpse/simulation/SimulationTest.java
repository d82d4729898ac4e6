package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Departure;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final ForwardTimes TIMES = ForwardTimes.exact(2e6, 4e6, 4);
    private static final int MAX_ROWS = 12;
    private static final int REQUESTS = 12_000;

    private static SchedulerSettings settings(int devices) {
        return new SchedulerSettings(devices, 4, MAX_ROWS, 8192, 0.9, 2_000_000_000, 64);
    }

    private static SchedulerSettings wholeRequests() {
        return settings(1).with(Batching.REQUEST, Set.of());
    }

    private static Iterator<Arrival> arrivals(
            Workload workload, int devices, double load, double deadline, boolean flexible) {
        ArrivalProcess.Offer offer =
                new ArrivalProcess.Offer(TIMES, devices, MAX_ROWS, load, Preview.FREE, deadline, flexible);
        return Stream.generate(new ArrivalProcess(workload, offer, REQUESTS, 7)::next)
                .limit(REQUESTS)
                .iterator();
    }

    private static Outcome run(SchedulerSettings settings, Iterator<Arrival> arrivals) {
        return new Simulation(settings, TIMES, new Slo.Relative(3, TIMES.nanos(1))).run(arrivals, arrived -> true);
    }

    @Test
    void unloadedRequestsTakeTheTimeOfTheirSteps() {
        Outcome outcome = run(settings(1), arrivals(Workload.W1, 1, 1, 0, false));
        double step = TIMES.nanos(1) / 1e6;
        assertThat(outcome.first().percentileMillis(100)).isCloseTo(step, within(0.01 * step));
        assertThat(outcome.last().percentileMillis(100)).isCloseTo(18 * step, within(0.18 * step));
        assertThat(outcome.good()).isEqualTo(REQUESTS);
    }

    /** Whole requests wait for the device that they keep, which need not be the one that has been idle for longest. */
    @Test
    void wholeRequestsGoOnThoughOtherDevicesAreIdle() {
        SchedulerSettings settings = settings(8).with(Batching.REQUEST, Set.of());
        Outcome outcome = run(settings, arrivals(Workload.W2, 8, 0.02, 0, false));
        assertThat(outcome.last().percentileMillis(99)).isLessThan(1.1 * 18 * TIMES.nanos(4) / 1e6);
        assertThat(outcome.finished()).isEqualTo(REQUESTS);
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void everyRequestEndsInOneWay(Workload workload) {
        Outcome outcome = run(settings(3), arrivals(workload, 3, 0.9, 4, true));
        assertThat(outcome.finished() + outcome.refused() + outcome.late() + outcome.shed() + outcome.left())
                .isEqualTo(outcome.offered())
                .isEqualTo(REQUESTS);
        assertThat(outcome.wastedNfe()).isLessThanOrEqualTo(2 * (outcome.left() + outcome.late()));
        assertThat(outcome.busy()).isBetween(0.0, 1.0);
    }

    /** The last forward of each runs when its client goes. */
    @ParameterizedTest
    @CsvSource({"5000, 0, 1", "0, 5000, 1", "45000, 0, 3", "0, 45000, 3"})
    void everyEvaluationOfARequestThatDoesNotFinishIsLostOnce(long deadlineMicros, long leavesMicros, int nfe) {
        Arrival arrival = new Arrival(0, 4, 1, Preview.NONE, true, deadlineMicros, leavesMicros, JobTerms.NONE);
        Outcome outcome =
                run(settings(1).with(Batching.STEP, Set.of()), List.of(arrival).iterator());
        assertThat(outcome.wastedNfe()).isEqualTo(1);
        assertThat(outcome.unfinishedNfe()).isEqualTo(nfe).isEqualTo(outcome.nfe());
    }

    @Test
    void whoSeesNoPreviewSeesTheLastPictureFirst() {
        Outcome outcome =
                run(settings(1), List.of(Arrival.plain(0, 18, Preview.NONE)).iterator());
        assertThat(outcome.last().percentileMillis(100)).isCloseTo(18 * TIMES.nanos(1) / 1e6, within(1e-6));
        assertThat(outcome.first().percentileMillis(100))
                .isEqualTo(outcome.last().percentileMillis(100));
        assertThat(outcome.good()).isEqualTo(1);
    }

    @Test
    void nobodyIsAnsweredAfterTheDeadline() {
        List<Arrival> arrivals = LongStream.range(0, 200)
                .mapToObj(i -> new Arrival(i * 7001, 4, 1, Preview.FREE, true, 333_333, 0, JobTerms.NONE))
                .toList();
        SchedulerSettings eager = settings(1).with(Batching.STEP, Set.of());
        Outcome outcome = run(eager, arrivals.iterator());
        assertThat(outcome.finished()).isPositive();
        assertThat(outcome.late()).isPositive();
        assertThat(outcome.last().percentileMillis(100)).isLessThanOrEqualTo(333.333);
    }

    @Test
    void nobodyIsAnsweredAfterTheLongestLife() {
        Outcome outcome = new Simulation(
                        settings(1).with(Batching.STEP, Set.of()),
                        TIMES,
                        new Slo.Relative(3, TIMES.nanos(1)),
                        Duration.ofMillis(333))
                .run(arrivals(Workload.W2, 1, 1.5, 0, false), arrived -> true);
        assertThat(outcome.late()).isPositive();
        assertThat(outcome.last().percentileMillis(100)).isLessThanOrEqualTo(333);
    }

    /** Neither the time before them counts nor the departures of clients who have long had their answers. */
    @Test
    void secondsCountFromTheFirstArrivalToTheLastAnswer() {
        List<Arrival> early = leaving(0);
        List<Arrival> late = leaving(3_600_000_000L);
        Outcome outcome = run(settings(1), early.iterator());
        double seconds = (1_000_000 * 1000L + 2 * TIMES.nanos(1)) / 1e9;
        assertThat(outcome.seconds()).isCloseTo(seconds, within(0.01));
        assertThat(run(settings(1), late.iterator()).seconds()).isCloseTo(outcome.seconds(), within(1e-9));
        assertThat(run(settings(1), late.iterator()).goodput()).isCloseTo(outcome.goodput(), within(1e-9));
    }

    private static List<Arrival> leaving(long startMicros) {
        return Stream.of(0, 1_000_000)
                .map(after ->
                        new Arrival(startMicros + after, 2, 1, Preview.FREE, true, 0, 3_600_000_000L, JobTerms.NONE))
                .toList();
    }

    /** It may be granted fewer steps at first and be cut again under way. */
    @Test
    void noTrajectoryCountsTwiceAsShortened() {
        Tally tally = new Tally(new Slo.Relative(3, TIMES.nanos(1)));
        List<Job> jobs = Stream.of(0L, 1L)
                .map(id -> new Job(id, List.of(1, 1), Long.MAX_VALUE, JobTerms.NONE))
                .toList();
        tally.granted(4, 2, jobs);
        tally.shortened(1, 1);
        tally.left(1, Departure.FINISHED);
        tally.granted(4, 4, jobs);
        tally.shortened(2, 1);
        assertThat(tally.outcome(1, 1).shortened()).isEqualTo(3);
    }

    @Test
    void sameArrivalsComeToTheSame() {
        Outcome once = run(settings(2), arrivals(Workload.W3, 2, 0.9, 3, false));
        Outcome again = run(settings(2), arrivals(Workload.W3, 2, 0.9, 3, false));
        assertThat(again.good()).isEqualTo(once.good());
        assertThat(again.nfe()).isEqualTo(once.nfe());
        assertThat(again.last().percentileMillis(99)).isEqualTo(once.last().percentileMillis(99));
    }

    @Test
    void mixingStepsDoublesTheGoodputOfWholeRequestsAndQuartersTheirFirstPictures() {
        Outcome full = run(settings(1), arrivals(Workload.W2, 1, 0.8, 0, false));
        Outcome whole = run(wholeRequests(), arrivals(Workload.W2, 1, 0.8, 0, false));
        assertThat(full.goodput()).isGreaterThanOrEqualTo(2 * whole.goodput());
        assertThat(full.first().percentileMillis(99))
                .isLessThanOrEqualTo(whole.first().percentileMillis(99) / 4);
    }

    @Test
    void firstPicturesComeWithinTwoFullStepsAtFourFifthsOfTheLoad() {
        Outcome outcome = run(settings(1), arrivals(Workload.W2, 1, 0.8, 0, false));
        assertThat(outcome.first().percentileMillis(99)).isLessThanOrEqualTo(2 * TIMES.nanos(MAX_ROWS) / 1e6);
    }

    @Test
    void deadlinesKeepTheGoodputUpWhenTooMuchArrives() {
        SchedulerSettings alone = settings(1).without(Policy.OVERLOAD);
        Outcome aware = run(alone, arrivals(Workload.W2, 1, 1.5, 3, false));
        Outcome unaware = run(
                alone.without(Policy.DEADLINE_ADMISSION, Policy.GIVE_UP, Policy.LAXITY),
                arrivals(Workload.W2, 1, 1.5, 3, false));
        assertThat(aware.goodput()).isGreaterThan(1.5 * unaware.goodput());
        assertThat(aware.unfinishedNfe()).isLessThan(aware.nfe() / 50);
    }

    @Test
    void refusingWhomTheObjectiveFailsAddsToWhatDeadlinesSave() {
        Outcome full = run(settings(1), arrivals(Workload.W2, 1, 1.5, 3, false));
        Outcome aware = run(settings(1).without(Policy.OVERLOAD), arrivals(Workload.W2, 1, 1.5, 3, false));
        assertThat(full.goodput()).isGreaterThan(aware.goodput());
        // It lets in as many as can just be served, so that some are not.
        assertThat(full.unfinishedNfe()).isLessThan(full.nfe() / 15);
    }

    @Test
    void flexibleRequestsFinishWithFewerStepsInsteadOfNotAtAll() {
        Outcome fixed = run(settings(1), arrivals(Workload.W2, 1, 1.5, 2, false));
        Outcome flexible = run(settings(1), arrivals(Workload.W2, 1, 1.5, 2, true));
        assertThat(fixed.shortened()).isZero();
        assertThat(flexible.shortened()).isPositive();
        assertThat(flexible.finished()).isGreaterThan(fixed.finished());
    }

    @Test
    void tenantThatFloodsTakesNothingFromTheOthers() {
        SchedulerSettings unfair = settings(1).with(Batching.STEP, Set.of());
        Outcome fair = run(settings(1), arrivals(Workload.W6, 1, 1, 0, false));
        Outcome unfairly = run(unfair, arrivals(Workload.W6, 1, 1, 0, false));
        assertThat(fair.jain()).isGreaterThan(0.95);
        // Most requests are the interactive tenant's.
        assertThat(fair.first().percentileMillis(50)).isLessThan(2 * TIMES.nanos(MAX_ROWS) / 1e6);
        assertThat(unfairly.first().percentileMillis(50)).isGreaterThan(10 * TIMES.nanos(MAX_ROWS) / 1e6);
    }

    @Test
    void fleetIsWorthItsDevices() {
        Outcome fleet = run(settings(100), arrivals(Workload.W2, 100, 0.8, 0, false));
        assertThat(fleet.eta()).isCloseTo(0.8, within(0.1));
        assertThat(fleet.first().percentileMillis(99)).isLessThanOrEqualTo(2 * TIMES.nanos(MAX_ROWS) / 1e6);
    }

    @Test
    void interruptedRunTellsWhatItHas() {
        Outcome outcome = new Simulation(settings(1), TIMES, new Slo.Relative(3, TIMES.nanos(1)))
                .run(arrivals(Workload.W2, 1, 0.8, 0, false), arrived -> false);
        assertThat(outcome.offered()).isBetween(1L, REQUESTS - 1L);
        assertThat(outcome.finished()).isPositive();
    }
}
