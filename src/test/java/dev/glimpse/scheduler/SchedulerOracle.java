package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Knows nothing of how a scheduler chooses, only what it promises; holds it to that after every event. */
final class SchedulerOracle implements SchedulerListener {
    private final SchedulerSettings settings;
    private final long a;
    private final long b;

    final Map<Long, Known> known = new TreeMap<>();
    private final Map<Long, Departure> heard = new HashMap<>();
    private final Map<Long, Departure> expected = new HashMap<>();
    private final Set<Long> gone = new HashSet<>();
    private final Set<Long> untold = new HashSet<>();
    private final List<Long> shortened = new ArrayList<>();
    long finished;
    /** Whether more is asked for than can be done, as the scheduler sees it. */
    boolean pressed;

    /** Forwards take {@code a + b x rows}, padded to a multiple of the smallest. */
    SchedulerOracle(SchedulerSettings settings, long a, long b) {
        this.settings = settings;
        this.a = a;
        this.b = b;
    }

    /** What the oracle knows of a job that has not left. */
    static final class Known {
        final Job job;
        final int group;
        final long admittedNanos;
        long deadlineNanos;
        int step;
        boolean inFlight;
        boolean leaving;
        boolean finishing;
        int keptBy = -1;
        long waitingSinceNanos;
        int passedOver;
        int mostPassedOver = -1;

        Known(Job job, int group, long nowNanos) {
            this.job = job;
            this.group = group;
            admittedNanos = nowNanos;
            waitingSinceNanos = nowNanos;
            deadlineNanos = job.deadlineNanos();
        }

        int remaining() {
            return job.rows().size() - step;
        }

        int remainingNfe() {
            int nfe = 0;
            for (int i = step; i < job.rows().size() && !leaving; i++) {
                nfe += job.rows().get(i);
            }
            return nfe;
        }
    }

    long duration(int rows) {
        return a + b * settings.padded(rows);
    }

    @Override
    public void overloaded(boolean high) {
        require(settings.has(Policy.OVERLOAD) && high != pressed, "overloaded", high);
        pressed = high;
    }

    @Override
    public void left(long jobId, Departure departure) {
        require(heard.put(jobId, departure) == null && gone.add(jobId), "job left twice", jobId);
    }

    @Override
    public void shortened(long jobId, int grantedSteps) {
        Known job = known.get(jobId);
        require(job.finishing && grantedSteps == job.step + 1, "shortened to", grantedSteps);
        shortened.add(jobId);
    }

    static void require(boolean holds, String what, Object value) {
        if (!holds) {
            throw new AssertionError(what + ": " + value);
        }
    }

    void admitted(List<Job> jobs, int group, long now) {
        jobs.forEach(job -> known.put(job.id(), new Known(job, group, now)));
    }

    void started(Batch batch, int device, RowDemand demand, long now) {
        // Whoever was overdue has left by now, though expire has not told yet.
        hearExpired(now);
        int rows = 0;
        Set<Long> inBatch = new HashSet<>();
        for (Batch.Entry entry : batch.entries()) {
            Known job = known.get(entry.jobId());
            require(inBatch.add(entry.jobId()) && job != null, "unknown or twice", entry);
            require(!job.inFlight && !job.leaving && entry.step() == job.step, "step out of order", entry);
            require(now - job.deadlineNanos < 0, "after its deadline", entry);
            require(entry.rows() >= 1 && entry.rows() <= demand.rows(entry.jobId(), entry.step()), "rows", entry);
            require(!entry.finishNow() || mayFinish(job, now), "finished early", entry);
            job.inFlight = true;
            job.finishing = entry.finishNow();
            rows += entry.rows();
        }
        require(rows == batch.rows() && rows <= settings.maxRows() && batch.device() == device, "batch", batch);
        if (settings.batching() == Batching.REQUEST) {
            startedTogether(batch, device);
        } else if (settings.has(Policy.AGING)) {
            nobodyStarves(inBatch, now);
        }
    }

    private boolean mayFinish(Known job, long now) {
        return settings.has(Policy.SHORTENING)
                && job.job.terms().flexible()
                && job.remaining() > 1
                && job.deadlineNanos - now
                        < 2.5 * Math.max(1, forwardsUntilAllHurriedHadAStep(job)) * longestForecast() + 1;
    }

    /** Those go ahead whose deadlines are no later, as far as deadlines are told apart. */
    private double forwardsUntilAllHurriedHadAStep(Known hurried) {
        long jobs = known.values().stream()
                .filter(job -> job.deadlineNanos - hurried.deadlineNanos < 1 << 26)
                .count();
        return (double) jobs / (settings.maxRows() * settings.devices());
    }

    /** Forwards of one size alone are taken to cost larger ones in proportion. */
    private double longestForecast() {
        return (double) settings.padded(settings.maxRows()) / settings.minRows() * duration(settings.minRows());
    }

    private void startedTogether(Batch batch, int device) {
        int remaining = known.get(batch.entries().get(0).jobId()).remaining();
        for (Batch.Entry entry : batch.entries()) {
            Known job = known.get(entry.jobId());
            require(job.remaining() == remaining, "mixed steps", batch);
            require(job.keptBy < 0 || job.keptBy == device, "moved to another device", entry);
            job.keptBy = device;
        }
    }

    /** Once a job has waited for as long as anybody should, only those go before it who waited already. */
    private void nobodyStarves(Set<Long> inBatch, long now) {
        int waiting = (int) known.values().stream().filter(job -> !job.inFlight).count();
        for (Map.Entry<Long, Known> entry : known.entrySet()) {
            Known job = entry.getValue();
            if (job.inFlight || now - job.waitingSinceNanos <= patience(job)) {
                continue;
            }
            if (job.mostPassedOver < 0) {
                job.mostPassedOver = waiting + inBatch.size();
            }
            job.passedOver++;
            require(job.passedOver <= job.mostPassedOver, "starves", entry.getKey());
        }
    }

    private double patience(Known job) {
        double length = settings.has(Policy.SHORTEST) ? Math.log(job.remaining()) / Math.log(2) : 0;
        double rank = settings.has(Policy.RANKS)
                ? job.job.terms().rank().ordinal() * settings.tuning().rankSpan()
                : 0;
        return settings.agingNanos() * (2 + length + rank) + 1;
    }

    void nothingStarted(int device, long now) {
        hearExpired(now);
        for (Known job : known.values()) {
            boolean there = !job.inFlight && (job.keptBy < 0 || job.keptBy == device);
            require(!there, "device idles while a job waits", job.job);
        }
    }

    void completed(Batch batch) {
        for (Batch.Entry entry : batch.entries()) {
            Known job = landed(entry);
            if (job.leaving) {
                known.remove(entry.jobId());
                continue;
            }
            require(job.finishing == shortened.remove((Object) entry.jobId()), "told of shortening", entry);
            job.step = job.finishing ? job.job.rows().size() : job.step + 1;
            job.waitingSinceNanos = batch.startNanos() + duration(batch.rows());
            if (job.remaining() == 0) {
                finished++;
                leave(entry.jobId(), Departure.FINISHED);
            }
        }
    }

    void failed(Batch batch, Set<Long> again, long now) {
        for (Batch.Entry entry : batch.entries()) {
            Known job = landed(entry);
            job.keptBy = -1;
            job.waitingSinceNanos = now;
            if (job.leaving) {
                known.remove(entry.jobId());
            } else if (!again.contains(entry.jobId())) {
                leave(entry.jobId(), Departure.FAILED);
            }
        }
    }

    private Known landed(Batch.Entry entry) {
        Known job = known.get(entry.jobId());
        job.inFlight = false;
        job.passedOver = 0;
        job.mostPassedOver = -1;
        return job;
    }

    void leave(long id, Departure departure) {
        Known job = known.get(id);
        require(expected.put(id, departure) == null, "leaves twice", id);
        if (job.inFlight) {
            job.leaving = true;
        } else {
            known.remove(id);
        }
    }

    private void hearExpired(long now) {
        List<Long> ids = new ArrayList<>();
        heard.forEach((id, departure) -> {
            if (departure == Departure.EXPIRED && known.containsKey(id) && !known.get(id).leaving) {
                ids.add(id);
            }
        });
        known.forEach((id, job) -> {
            if (!job.leaving && now - job.deadlineNanos >= 0 && !ids.contains(id)) {
                ids.add(id);
            }
        });
        ids.forEach(id -> expire(id, now));
        untold.addAll(ids);
    }

    void expired(List<Long> ids, long now) {
        hearExpired(now);
        require(new HashSet<>(ids).equals(untold) && ids.size() == untold.size(), "expired", ids + " " + untold);
        untold.clear();
    }

    private void expire(long id, long now) {
        Known job = known.get(id);
        int least = job.job.terms().flexible() && settings.has(Policy.SHORTENING) ? 1 : job.remaining();
        boolean hopeless = settings.has(Policy.GIVE_UP)
                && !job.inFlight
                && now + least * duration(settings.minRows()) - job.deadlineNanos > 0;
        require(now - job.deadlineNanos >= 0 || hopeless, "given up too early", job.job);
        leave(id, Departure.EXPIRED);
    }

    void shed(List<Long> ids, long now) {
        Set<Integer> groups = new HashSet<>();
        for (long id : ids) {
            Known job = known.get(id);
            boolean tired =
                    pressed || now - job.admittedNanos > settings.tuning().guardTargetNanos();
            require(settings.has(Policy.QUEUE_GUARD) && job.step == 0 && !job.inFlight && tired, "shed", job.job);
            groups.add(job.group);
            leave(id, Departure.SHED);
        }
        known.values().forEach(job -> require(!groups.contains(job.group), "request torn apart", job.job));
    }

    void check(StepScheduler scheduler) {
        int flying = 0;
        int nfe = 0;
        int interactive = 0;
        for (Map.Entry<Long, Known> entry : known.entrySet()) {
            Known job = entry.getValue();
            flying += job.inFlight ? 1 : 0;
            nfe += job.remainingNfe();
            interactive += job.job.terms().rank() == Rank.INTERACTIVE ? job.remainingNfe() : 0;
        }
        require(scheduler.inFlight() == flying, "in flight", scheduler.inFlight());
        require(scheduler.waiting() == known.size() - flying, "waiting", scheduler.waiting());
        require(scheduler.queuedNfe() == nfe && nfe <= settings.maxQueuedNfe(), "queued NFE", scheduler.queuedNfe());
        require(scheduler.queuedNfe(Rank.INTERACTIVE) == interactive, "by rank", interactive);
        heard.forEach((id, departure) -> {
            require(Optional.of(departure).equals(Optional.ofNullable(expected.remove(id))), "left as", departure);
        });
        heard.clear();
        expected.keySet().forEach(id -> require(known.containsKey(id), "has not left", id));
    }
}
