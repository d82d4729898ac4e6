package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** A scheduler and what it has told, for the tests of what each policy does, and that it does not when switched off. */
abstract class PolicyFixture {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1000 * MILLI;
    /** Negative on purpose, as a monotonic clock may be. */
    static final long NOW = -5 * SECOND;

    static final long FAR = NOW + 1000 * SECOND;
    static final RowDemand ONE_ROW = (id, step) -> 1;

    final List<String> heard = new ArrayList<>();
    final SchedulerListener listener = new SchedulerListener() {
        @Override
        public void left(long jobId, Departure departure) {
            heard.add(jobId + " " + departure);
        }

        @Override
        public void brownOut(int level) {
            heard.add("level " + level);
        }

        @Override
        public void overloaded(boolean high) {
            heard.add("overloaded " + high);
        }

        @Override
        public void wasted(int nfe) {
            heard.add("wasted " + nfe);
        }

        @Override
        public void shortened(long jobId, int grantedSteps) {
            heard.add(jobId + " shortened to " + grantedSteps);
        }
    };

    StepScheduler scheduler(int devices, int maxRows, Policy... off) {
        return new StepScheduler(
                new SchedulerSettings(devices, 1, maxRows, 1000, 0.5, SECOND, 8).without(off), listener);
    }

    static Job job(long id, int steps, long deadline, JobTerms terms) {
        return new Job(id, Collections.nCopies(steps, 1), deadline, terms);
    }

    static Job job(long id, int steps, Rank rank) {
        return job(id, steps, FAR, new JobTerms(rank, "", 1, false));
    }

    static JobTerms tenant(String name, double weight) {
        return new JobTerms(Rank.STANDARD, name, weight, false);
    }

    static JobTerms flexible() {
        return new JobTerms(Rank.STANDARD, "", 1, true);
    }

    static Batch next(StepScheduler scheduler, long now) {
        return scheduler.nextBatch(0, now, 1, ONE_ROW).orElseThrow();
    }

    static List<Long> ids(Batch batch) {
        return batch.entries().stream().map(Batch.Entry::jobId).toList();
    }

    /** Lets the scheduler see forwards of {@code a + b x rows} milliseconds, of one row and of all rows. */
    void teach(StepScheduler scheduler, int maxRows, long a, long b) {
        for (int rows : new int[] {1, maxRows}) {
            List<Job> probes = LongStream.range(0, rows)
                    .mapToObj(i -> job(1_000_000 + i, 1, Rank.STANDARD))
                    .toList();
            scheduler.admit(probes, NOW);
            while (scheduler.waiting() > 0) {
                Batch batch = next(scheduler, NOW);
                scheduler.completed(batch, (a + b * batch.rows()) * MILLI);
            }
        }
        heard.clear();
    }
}
