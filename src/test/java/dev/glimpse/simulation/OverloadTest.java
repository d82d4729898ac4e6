package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of good answers and first pictures when much, or too much, is asked for. */
class OverloadTest {
    private static final double SECONDS = 30;
    private static final long MOST_REQUESTS = 250_000;
    private static final double FACTOR = 3;
    private static final double MEAN_NFE = 3;

    /** Devices, their T(B) = a + b B in milliseconds, and their smallest and largest forwards. */
    private record Fleet(int devices, double a, double b, int minRows, int maxRows) {
        ForwardTimes times() {
            return ForwardTimes.exact(a * 1e6, b * 1e6, minRows);
        }

        SchedulerSettings settings() {
            return new SchedulerSettings(devices, minRows, maxRows, 8192, 0.9, 2_000_000_000, 64);
        }

        double fullForwardMillis() {
            return times().nanos(maxRows) / 1e6;
        }

        Iterator<Arrival> arrivals(Workload workload, double load, double deadline) {
            ArrivalProcess.Offer offer =
                    new ArrivalProcess.Offer(times(), devices, maxRows, load, Preview.FREE, deadline, false);
            long count = Math.round(SECONDS * 1000 * load * devices * maxRows / fullForwardMillis() / MEAN_NFE);
            long requests = Math.min(MOST_REQUESTS, count);
            return Stream.generate(new ArrivalProcess(workload, offer, requests, 7)::next)
                    .limit(requests)
                    .iterator();
        }

        /** Several schedulers share the devices, and get the arrivals in turn. */
        Outcome shared(int lanes, double load, double deadline) {
            Slo slo = new Slo.Relative(FACTOR, times().nanos(1));
            return new Simulation(settings(), times(), slo, Duration.ofMinutes(5), lanes)
                    .run(arrivals(Workload.W2, load, deadline), arrived -> true);
        }

        Outcome run(SchedulerSettings settings, Iterator<Arrival> arrivals) {
            return new Simulation(settings, times(), new Slo.Relative(FACTOR, times().nanos(1)))
                    .run(arrivals, arrived -> true);
        }
    }

    private static final Fleet CORE = new Fleet(1, 3.2, 1.95, 4, 12);
    private static final Fleet TWO_CORES = new Fleet(2, 3.2, 1.95, 4, 12);
    private static final Fleet SLOW_CORE = new Fleet(1, 2, 4, 4, 12);
    private static final Fleet CORES = new Fleet(8, 3.2, 1.95, 4, 12);
    private static final Fleet GPU = new Fleet(1, 10, 0.2, 4, 64);
    /** Its largest forward takes three times its smallest. */
    private static final Fleet FAST_GPU = new Fleet(1, 0.5, 0.02, 4, 64);

    static Stream<Arguments> fleets() {
        return Stream.of(CORE, SLOW_CORE, CORES, GPU, FAST_GPU)
                .flatMap(fleet -> Stream.of(Arguments.of(fleet, 0), Arguments.of(fleet, FACTOR)));
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void goodputStaysHoweverMuchIsAskedFor(Fleet fleet, double deadline) {
        double[] goodputs = DoubleStream.of(0.6, 0.7, 0.8, 0.9, 1, 2, 3)
                .parallel()
                .map(load -> goodput(fleet, load, deadline))
                .toArray();
        double peak = Arrays.stream(goodputs, 0, 5).max().orElseThrow();
        assertThat(goodputs[5]).isGreaterThanOrEqualTo(0.9 * peak);
        assertThat(goodputs[6]).isGreaterThanOrEqualTo(0.9 * peak);
    }

    static Stream<Fleet> cpus() {
        return Stream.of(CORE, SLOW_CORE, CORES);
    }

    @ParameterizedTest
    @MethodSource("cpus")
    void goodputDoesNotDipBeforeTheLoadIsFull(Fleet fleet) {
        double best = 0;
        for (double load : new double[] {0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1}) {
            double goodput = goodput(fleet, load, 0);
            assertThat(goodput).as("at load %s", load).isGreaterThanOrEqualTo(0.9 * best);
            best = Math.max(best, goodput);
        }
    }

    private static double goodput(Fleet fleet, double load, double deadline) {
        return fleet.run(fleet.settings(), fleet.arrivals(Workload.W2, load, deadline))
                .goodput();
    }

    @ParameterizedTest
    @CsvSource({"1.3, 0", "1.3, 30", "2, 0", "2, 30"})
    void goodputStaysWhereTwoSchedulersShareTheDevices(double load, double deadline) {
        Outcome alone = TWO_CORES.shared(1, load, deadline);
        Outcome shared = TWO_CORES.shared(2, load, deadline);
        assertThat(shared.goodput()).isGreaterThanOrEqualTo(0.75 * alone.goodput());
        assertThat(shared.unfinishedNfe()).isLessThan(shared.nfe() / 10);
    }

    /** Its clients wait for half as long as the objective allows. */
    @Test
    void littleIsDoneForThoseWhoseDeadlineComesBeforeTheObjective() {
        Outcome outcome = CORE.run(CORE.settings(), CORE.arrivals(Workload.W2, 2, 1.5));
        assertThat(outcome.unfinishedNfe() - outcome.wastedNfe()).isLessThan(outcome.nfe() / 4);
        // What runs while a deadline passes is lost beside it, for fewer than every second of those whose does.
        assertThat(outcome.wastedNfe()).isLessThan(outcome.late() / 2);
    }

    @Test
    void withoutThePolicyGoodputCollapses() {
        SchedulerSettings without = CORE.settings().without(Policy.OVERLOAD);
        Outcome outcome = CORE.run(without, CORE.arrivals(Workload.W2, 3, 0));
        assertThat(outcome.goodput()).isLessThan(0.2 * goodput(CORE, 3, 0));
    }

    @Test
    void fewAreRefusedWhileTheDevicesCanDoWhatIsAskedFor() {
        Outcome outcome = CORE.run(CORE.settings(), CORE.arrivals(Workload.W2, 0.8, 0));
        assertThat(outcome.refused() + outcome.shed()).isLessThan(outcome.offered() / 500);
    }

    @Test
    void burstsAreWorkedOff() {
        Fleet fleet = CORE;
        List<Arrival> burst = Stream.generate(() -> new Arrival(
                        1_000_000, 4, 1, Preview.FREE, true, 0, 0, new JobTerms(Rank.STANDARD, "", 1, false)))
                .limit(64)
                .toList();
        Outcome outcome = fleet.run(fleet.settings(), burst.iterator());
        assertThat(outcome.finished()).isEqualTo(burst.size());
    }

    @Test
    void tenantWithinItsShareIsServedInTimeBesideOneThatFloods() {
        Outcome outcome = CORE.run(CORE.settings(), CORE.arrivals(Workload.W6, 1, 0));
        assertThat(outcome.jain()).isGreaterThan(0.9);
        assertThat(outcome.first().percentileMillis(50))
                .isLessThan(FACTOR * CORE.times().nanos(1) / 1e6);
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void firstPicturesComeWithinTwoFullForwardsAtFourFifthsOfTheLoad(Fleet fleet, double deadline) {
        List<Outcome> outcomes = Stream.of(Workload.W2, Workload.W3, Workload.W4)
                .parallel()
                .map(workload -> fleet.run(fleet.settings(), fleet.arrivals(workload, 0.8, deadline)))
                .toList();
        assertThat(outcomes)
                .hasSize(3)
                .allSatisfy(outcome -> assertThat(outcome.first().percentileMillis(99))
                        .isLessThanOrEqualTo(2 * fleet.fullForwardMillis()));
    }
}
