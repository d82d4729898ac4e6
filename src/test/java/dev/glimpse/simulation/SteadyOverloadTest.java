package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** More of one and the same request than can be done, from the first moment on. */
class SteadyOverloadTest {
    private static final double SECONDS = 30;
    private static final double SLO_FACTOR = 3;

    private static Outcome run(ForwardTimes times, SchedulerSettings settings, int lanes, int steps, double load) {
        double evaluationsPerMicro = load * times.fullRate(settings.devices(), settings.maxRows()) * 1000;
        Random random = new Random(1);
        List<Arrival> arrivals = new ArrayList<>();
        double at = 0;
        while (at < SECONDS * 1e6) {
            at += -Math.log(1 - random.nextDouble()) * Preview.EXACT.nfe(steps) / evaluationsPerMicro;
            arrivals.add(new Arrival(Math.round(at), steps, 1, Preview.EXACT, true, 0, 0, JobTerms.NONE));
        }
        Slo slo = new Slo.Relative(SLO_FACTOR, times.nanos(1));
        return new Simulation(settings, times, slo, Duration.ofMinutes(5), lanes).run(arrivals.iterator(), n -> true);
    }

    private static SchedulerSettings settings(int minRows, int maxRows) {
        return new SchedulerSettings(1, minRows, maxRows, 8192, 0.9, 2_000_000_000L, 64);
    }

    /**
     * Where a full forward takes little longer than a small one, the first small one counts as an accident beside it,
     * and all that follow are full: they tell nothing of smaller ones, by which the objective is reckoned.
     */
    @Test
    void schedulerThatHasSeenOnlyFullForwardsServesOn() {
        Outcome outcome = run(ForwardTimes.exact(5e6, 0.05e6, 4), settings(4, 64), 1, 1, 2);
        assertThat(outcome.eta()).isGreaterThan(0.95);
    }

    /** Less comes of it, as batches do not mix and each waits for those of the other. */
    @Test
    void schedulersThatShareADeviceUseIt() {
        ForwardTimes times = ForwardTimes.exact(5e6, 0.5e6, 1);
        Outcome alone = run(times, settings(1, 12), 1, 4, 1.2);
        Outcome shared = run(times, settings(1, 12), 2, 4, 1.2);
        assertThat(shared.busy()).isGreaterThan(0.95);
        assertThat(shared.eta()).isGreaterThan(0.6 * alone.eta());
    }
}
