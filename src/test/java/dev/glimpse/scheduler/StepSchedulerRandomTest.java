package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random events in virtual time, with random policies, against an oracle of the scheduler's promises. */
class StepSchedulerRandomTest {
    private static final int EVENTS = 25_000;
    private static final long MILLI = 1_000_000;
    private static final Rank[] RANKS = Rank.values();

    private Random random = new Random(0);
    private long now = Long.MAX_VALUE - 1000 * MILLI; // wraps on the way, as nanoTime may
    private long nextId;
    private int nextGroup;
    private SchedulerSettings settings = new SchedulerSettings(1, 1, 2, 1, 1, 1, 2);
    private SchedulerOracle oracle = new SchedulerOracle(settings, 1, 1);
    private StepScheduler scheduler = new StepScheduler(settings, oracle);
    private final List<Batch> flying = new ArrayList<>();
    private final Set<Integer> busy = new HashSet<>();

    /** 40 x 25,000 are a million events. */
    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPromiseIsKeptAfterEveryEvent(long seed) {
        random = new Random(seed);
        settings = settings(seed);
        oracle = new SchedulerOracle(settings, MILLI * random.nextInt(6), MILLI / 2 + random.nextInt((int) MILLI));
        scheduler = new StepScheduler(settings, oracle);
        try {
            for (int event = 0; event < EVENTS; event++) {
                now += random.nextInt(100) == 0 ? 3_000 * MILLI : random.nextInt(3 * (int) MILLI);
                happen(random.nextInt(24));
                oracle.check(scheduler);
            }
            drain();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + settings + ": " + e.getMessage(), e);
        }
        assertThat(oracle.known).isEmpty();
        assertThat(scheduler.owesNothing())
                .as("owes nothing after seed %d", seed)
                .isTrue();
        assertThat(oracle.finished).isGreaterThan(100);
    }

    /** The first seeds have every policy, then every other one has some of them. */
    private SchedulerSettings settings(long seed) {
        int minRows = 1 + random.nextInt(4);
        SchedulerSettings all = new SchedulerSettings(
                1 + random.nextInt(3),
                minRows,
                minRows + 1 + random.nextInt(12),
                200,
                0.1 + 0.9 * random.nextDouble(),
                (10 + random.nextInt(50)) * MILLI,
                8,
                seed % 5 == 4 ? Batching.REQUEST : Batching.STEP,
                EnumSet.allOf(Policy.class),
                new Tuning(0.8, 12 * MILLI, 1, 60 * MILLI, 20 * MILLI, 100 * MILLI, 3));
        if (seed < 10 || seed % 2 == 0) {
            return all;
        }
        Policy[] off = EnumSet.allOf(Policy.class).stream()
                .filter(policy -> random.nextInt(3) == 0)
                .toArray(Policy[]::new);
        return all.without(off);
    }

    private void happen(int choice) {
        if (choice < 5) {
            admit();
        } else if (choice < 13) {
            handOut();
        } else if (choice < 20) {
            land(random.nextInt(12) > 0);
        } else if (choice < 21) {
            cancel();
        } else if (choice < 22) {
            reschedule();
        } else if (choice < 23) {
            oracle.shed(scheduler.shed(now), now);
        } else {
            oracle.expired(scheduler.expire(now), now);
        }
    }

    private void admit() {
        List<Job> asking = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        List<Integer> rows = new ArrayList<>();
        for (int steps = 1 + random.nextInt(8); steps > 0; steps--) {
            rows.add(1 + random.nextInt(2));
        }
        long deadline = now + 1 + MILLI * random.nextInt(random.nextBoolean() ? 100 : 2_000);
        JobTerms terms = new JobTerms(
                RANKS[random.nextInt(RANKS.length)],
                "t" + random.nextInt(3),
                1 + random.nextInt(3),
                random.nextBoolean());
        int granted = scheduler.grantedSteps(List.of(new Job(nextId, rows, deadline, terms)), now);
        SchedulerOracle.require(granted >= 1 && granted <= rows.size(), "granted", granted);
        SchedulerOracle.require(granted == rows.size() || terms.flexible(), "granted", granted);
        for (int i = 0; i < count; i++) {
            asking.add(new Job(nextId + i, rows.subList(0, granted), deadline, terms));
        }
        int before = scheduler.queuedNfe();
        int present = scheduler.waiting() + scheduler.inFlight();
        Admission answer = scheduler.admit(asking, now);
        if (answer instanceof Admission.Admitted) {
            nextId += count;
            oracle.admitted(asking, nextGroup++, now);
        } else if (answer instanceof Admission.QueueFull full) {
            int nfe = count * asking.get(0).nfe();
            SchedulerOracle.require(
                    before + nfe > settings.maxQueuedNfe() && full.retryAfterNanos() > 0, "refused", full);
        } else if (answer instanceof Admission.Overloaded overloaded) {
            SchedulerOracle.require(oracle.pressed && overloaded.retryAfterNanos() > 0, "refused", overloaded);
            SchedulerOracle.require(present > 0, "refused by nobody", overloaded);
        } else if (answer instanceof Admission.DeadlineUnreachable late) {
            SchedulerOracle.require(late.expectedEndNanos() - deadline > 0, "refused", late);
        }
    }

    private void handOut() {
        for (int device = 0; device < settings.devices(); device++) {
            if (!busy.contains(device)) {
                handOut(device);
                return;
            }
        }
    }

    private void handOut(int device) {
        RowDemand demand =
                (id, step) -> Math.min(oracle.known.get(id).job.rows().get(step), 1 + (int) (id % 2));
        Optional<Batch> next = scheduler.nextBatch(device, now, settings.devices() - busy.size(), demand);
        if (next.isPresent()) {
            oracle.started(next.get(), device, demand, now);
            busy.add(device);
            flying.add(next.get());
        } else {
            oracle.nothingStarted(device, now);
        }
    }

    private void land(boolean well) {
        if (flying.isEmpty()) {
            return;
        }
        Batch batch = flying.remove(random.nextInt(flying.size()));
        busy.remove(batch.device());
        if (well) {
            long end = batch.startNanos() + oracle.duration(batch.rows());
            now = now - end < 0 ? end : now;
            scheduler.completed(batch, oracle.duration(batch.rows()));
            oracle.completed(batch);
        } else if (random.nextBoolean()) {
            scheduler.failed(batch, now, id -> false);
            oracle.failed(batch, Set.of(), now);
        } else {
            Set<Long> again = new HashSet<>();
            batch.entries().stream()
                    .map(Batch.Entry::jobId)
                    .filter(id -> random.nextBoolean())
                    .forEach(again::add);
            scheduler.failed(batch, now, again::contains);
            oracle.failed(batch, again, now);
        }
    }

    private void cancel() {
        long id = random.nextInt((int) nextId + 1);
        boolean there = oracle.known.containsKey(id) && !oracle.known.get(id).leaving;
        SchedulerOracle.require(scheduler.cancel(id) == there, "cancelled", id);
        if (there) {
            oracle.leave(id, Departure.CANCELLED);
        }
    }

    private void reschedule() {
        if (oracle.known.isEmpty()) {
            return;
        }
        List<Long> ids = List.copyOf(oracle.known.keySet());
        SchedulerOracle.Known job = oracle.known.get(ids.get(random.nextInt(ids.size())));
        long deadline = now + MILLI * random.nextInt(1000);
        SchedulerOracle.require(scheduler.reschedule(job.job.id(), deadline) != job.leaving, "rescheduled", job.job);
        if (!job.leaving) {
            job.deadlineNanos = deadline;
        }
    }

    private void drain() {
        while (!oracle.known.isEmpty()) {
            now += MILLI;
            oracle.expired(scheduler.expire(now), now);
            handOut();
            oracle.check(scheduler);
            land(true);
            oracle.check(scheduler);
        }
    }
}
