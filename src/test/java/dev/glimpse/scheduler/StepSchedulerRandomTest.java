package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations in virtual time against an oracle that knows nothing of policies, only of promises. */
class StepSchedulerRandomTest {
    private static final int OPERATIONS = 4000;

    private Random random = new Random(0);
    private SchedulerSettings settings = new SchedulerSettings(1, 1, 2, 1, 1, 1, 2);
    private StepScheduler scheduler = new StepScheduler(settings, SchedulerListener.NONE);
    private long now = Long.MAX_VALUE - 1_000_000; // wraps on the way, as nanoTime may
    private long nextId;

    /** What the oracle knows of a job that has not left. */
    private static final class Known {
        final Job job;
        int step;
        boolean inFlight;
        boolean leaving;

        Known(Job job) {
            this.job = job;
        }

        int remainingNfe() {
            return leaving
                    ? 0
                    : job.rows().stream().skip(step).mapToInt(Integer::intValue).sum();
        }
    }

    private final Map<Long, Known> known = new TreeMap<>();
    private final List<Batch> flying = new ArrayList<>();
    private final Map<Long, Departure> expectedDepartures = new HashMap<>();
    private final Map<Long, Departure> departures = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyJobTakesItsStepsInOrderAndLeavesExactlyOnce(long seed) {
        random = new Random(seed);
        int minRows = 1 + random.nextInt(4);
        settings = new SchedulerSettings(
                1 + random.nextInt(3), minRows, minRows + 1 + random.nextInt(12), 200, 0.5, 50_000, 8);
        scheduler = new StepScheduler(settings, new SchedulerListener() {
            @Override
            public void left(long jobId, Departure departure) {
                assertThat(departures.put(jobId, departure)).isNull();
            }
        });
        for (int i = 0; i < OPERATIONS; i++) {
            now += random.nextInt(2000);
            operate(random.nextInt(20));
            checkInvariants();
        }
        drain();
        assertThat(departures).isEqualTo(expectedDepartures).hasSize((int) nextId);
    }

    private void operate(int choice) {
        if (choice < 4) {
            admit();
        } else if (choice < 11) {
            handOut();
        } else if (choice < 17) {
            land(true);
        } else if (choice < 18) {
            land(false);
        } else if (choice < 19) {
            cancel();
        } else {
            expire();
        }
    }

    private void admit() {
        List<Job> asking = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        List<Integer> rows = new ArrayList<>();
        for (int steps = 1 + random.nextInt(8); steps > 0; steps--) {
            rows.add(1 + random.nextInt(2));
        }
        long deadline = now + 1 + random.nextInt(400_000);
        for (int i = 0; i < count; i++) {
            asking.add(new Job(nextId + i, rows, deadline));
        }
        int before = scheduler.queuedNfe();
        int nfe = count * asking.get(0).nfe();
        Admission answer = scheduler.admit(asking, now);
        if (answer instanceof Admission.Admitted) {
            nextId += count;
            asking.forEach(job -> known.put(job.id(), new Known(job)));
        } else if (answer instanceof Admission.QueueFull full) {
            assertThat(before + nfe).isGreaterThan(settings.maxQueuedNfe());
            assertThat(full.retryAfterNanos()).isPositive();
        } else if (answer instanceof Admission.DeadlineUnreachable late) {
            assertThat(late.expectedEndNanos() - deadline).isPositive();
        }
    }

    private void handOut() {
        if (flying.size() == settings.devices()) {
            return;
        }
        Optional<Batch> next = scheduler.nextBatch(now, settings.devices() - flying.size(), (id, step) -> demand(id));
        boolean anyWaits = known.values().stream().anyMatch(job -> !job.inFlight && now - job.job.deadlineNanos() < 0);
        assertThat(next.isPresent())
                .as("a device idles only when nothing waits")
                .isEqualTo(anyWaits);
        next.ifPresent(this::take);
    }

    private int demand(long id) {
        Known job = known.get(id);
        return Math.min(job.job.rows().get(job.step), 1 + (int) (id % 2));
    }

    private void take(Batch batch) {
        Set<Long> distinct = new HashSet<>();
        int rows = 0;
        for (Batch.Entry entry : batch.entries()) {
            Known job = known.get(entry.jobId());
            assertThat(distinct.add(entry.jobId())).isTrue();
            assertThat(job.inFlight).isFalse();
            assertThat(entry.step()).isEqualTo(job.step);
            assertThat(now - job.job.deadlineNanos()).isNegative();
            job.inFlight = true;
            rows += entry.rows();
        }
        assertThat(batch.rows()).isEqualTo(rows).isLessThanOrEqualTo(settings.maxRows());
        flying.add(batch);
    }

    private void land(boolean well) {
        if (flying.isEmpty()) {
            return;
        }
        Batch batch = flying.remove(random.nextInt(flying.size()));
        if (well) {
            scheduler.completed(batch, 500 + 100L * batch.rows());
        } else {
            scheduler.failed(batch);
        }
        for (Batch.Entry entry : batch.entries()) {
            Known job = known.get(entry.jobId());
            job.inFlight = false;
            job.step += well ? 1 : 0;
            if (job.leaving) {
                known.remove(entry.jobId());
            } else if (!well || job.step == job.job.rows().size()) {
                leave(entry.jobId(), well ? Departure.FINISHED : Departure.FAILED);
            }
        }
    }

    private void cancel() {
        if (nextId == 0) {
            return;
        }
        long id = random.nextInt((int) nextId);
        boolean there = known.containsKey(id) && !known.get(id).leaving;
        assertThat(scheduler.cancel(id)).isEqualTo(there);
        if (there) {
            leave(id, Departure.CANCELLED);
        }
    }

    private void expire() {
        List<Long> due = known.values().stream()
                .filter(job -> !job.leaving && now - job.job.deadlineNanos() >= 0)
                .map(job -> job.job.id())
                .toList();
        assertThat(scheduler.expire(now)).containsExactlyInAnyOrderElementsOf(due);
        due.forEach(id -> leave(id, Departure.EXPIRED));
    }

    private void leave(long id, Departure departure) {
        assertThat(expectedDepartures.put(id, departure)).isNull();
        Known job = known.get(id);
        if (job.inFlight) {
            job.leaving = true;
        } else {
            known.remove(id);
        }
    }

    private void drain() {
        while (!known.isEmpty()) {
            now += 1000;
            expire();
            while (flying.size() < settings.devices() && known.values().stream().anyMatch(job -> !job.inFlight)) {
                handOut();
                checkInvariants();
            }
            land(true);
            checkInvariants();
        }
    }

    private void checkInvariants() {
        long inFlight = known.values().stream().filter(job -> job.inFlight).count();
        assertThat(scheduler.inFlight()).isEqualTo((int) inFlight);
        assertThat(scheduler.waiting()).isEqualTo(known.size() - (int) inFlight);
        assertThat(scheduler.queuedNfe())
                .isEqualTo(known.values().stream().mapToInt(Known::remainingNfe).sum())
                .isBetween(0, settings.maxQueuedNfe());
        assertThat(departures).isEqualTo(landedDepartures());
    }

    /** Those who have been told to leave and whose step is done. */
    private Map<Long, Departure> landedDepartures() {
        Map<Long, Departure> landed = new HashMap<>(expectedDepartures);
        known.forEach((id, job) -> landed.remove(id));
        return landed;
    }
}
