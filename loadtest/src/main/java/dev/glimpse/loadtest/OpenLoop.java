package dev.glimpse.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends every request when it is due, whatever became of those before; or, one at a time, after the one before. */
final class OpenLoop {
    /** What clients that stop reading, or a server that is gone, may add to a run after its last deadline. */
    private static final long AFTERMATH_MILLIS = 5000;

    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GrpcClients clients;
    private final long timeoutMillis;
    private final Watch watch;
    private final boolean alone;

    /** What a person and a signal have to do with a run. */
    interface Watch {
        /** Whether to go on; asked a few times a second. */
        boolean goesOn();

        /** How many requests have been sent, and how many of them wait for their end. */
        void progress(int sent, int waiting);
    }

    /**
     * What became of the requests of a run.
     *
     * @param answers one for each request that has ended, in their order
     */
    record Outcome(List<Answer> answers, Extent extent) {
        Outcome {
            answers = List.copyOf(answers);
        }
    }

    /**
     * How far a run came.
     *
     * @param seconds that requests were sent for, of those that were planned; more where one waits for another
     * @param waiting requests that were sent and have not ended
     * @param cut whether it was told to stop before it was done
     */
    record Extent(double seconds, int waiting, boolean cut) {}

    OpenLoop(GrpcClients clients, long timeoutMillis, Watch watch) {
        this(clients, timeoutMillis, watch, false);
    }

    /** @param alone whether a request is due no sooner than the one before has ended */
    OpenLoop(GrpcClients clients, long timeoutMillis, Watch watch, boolean alone) {
        this.alone = alone;
        this.clients = clients;
        this.timeoutMillis = timeoutMillis;
        this.watch = watch;
    }

    /**
     * Sends requests at their times and waits for all answers, whose arrivals say when they were due.
     *
     * @param seconds span of the requests
     * @param events what else to do during the run, by the time in microseconds since its start
     */
    Outcome run(List<Arrival> arrivals, double seconds, Map<Long, Runnable> events) throws InterruptedException {
        TreeMap<Long, Runnable> ahead = new TreeMap<>(events);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        long patience = patienceNanos(arrivals);
        long start = System.nanoTime();
        long freeMicros = 0;
        for (Arrival arrival : arrivals) {
            if (!reach(arrival.atMicros(), start, ahead, answers)) {
                double sending = (System.nanoTime() - start) / 1e9;
                return collect(answers, patience, alone ? sending : Math.min(seconds, sending), true);
            }
            Arrival due = arrival.notBefore(freeMicros);
            long dueNanos = start + TimeUnit.MICROSECONDS.toNanos(due.atMicros());
            answers.add(clients.send(due, answers.size(), dueNanos));
            freeMicros = alone ? endMicros(answers, patience, start) : 0;
        }
        boolean goesOn = true;
        while (goesOn && !ahead.isEmpty()) {
            goesOn = reach(ahead.firstKey(), start, ahead, answers);
        }
        return collect(answers, patience, Math.max(seconds, freeMicros / 1e6), !goesOn);
    }

    /** How long after it was sent each of some requests has surely ended, if it ever does. */
    long patienceNanos(List<Arrival> arrivals) {
        long longest = arrivals.stream()
                .mapToLong(Arrival::deadlineMicros)
                .reduce(TimeUnit.MILLISECONDS.toMicros(timeoutMillis), Math::max);
        // A deadline that is never reached is no reason to count beyond what a clock can tell.
        long limit = TimeUnit.DAYS.toNanos(365);
        return Math.min(limit, TimeUnit.MICROSECONDS.toNanos(longest))
                + TimeUnit.MILLISECONDS.toNanos(AFTERMATH_MILLIS);
    }

    /** Waits for the end of the newest request; says when it was, since the start. */
    private long endMicros(List<CompletableFuture<Answer>> answers, long patience, long start)
            throws InterruptedException {
        CompletableFuture<Answer> newest = answers.get(answers.size() - 1);
        await(newest, answers, patience);
        if (!newest.isDone()) {
            return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        }
        Answer answer = newest.join();
        return answer.arrival().atMicros()
                + TimeUnit.NANOSECONDS.toMicros(answer.times().end());
    }

    /** Waits for a moment, and does what is due until then; says whether to go on. */
    private boolean reach(
            long micros, long start, TreeMap<Long, Runnable> ahead, List<CompletableFuture<Answer>> answers) {
        while (!ahead.isEmpty() && ahead.firstKey() <= micros) {
            if (!sleepUntil(start + TimeUnit.MICROSECONDS.toNanos(ahead.firstKey()), answers)) {
                return false;
            }
            ahead.pollFirstEntry().getValue().run();
        }
        return sleepUntil(start + TimeUnit.MICROSECONDS.toNanos(micros), answers);
    }

    private boolean sleepUntil(long due, List<CompletableFuture<Answer>> answers) {
        long left = due - System.nanoTime();
        while (left > 0 && watch.goesOn()) {
            if (left > LONGEST_NAP_NANOS) {
                watch.progress(answers.size(), waiting(answers));
            }
            LockSupport.parkNanos(Math.min(left, LONGEST_NAP_NANOS));
            left = due - System.nanoTime();
        }
        return watch.goesOn();
    }

    private Outcome collect(List<CompletableFuture<Answer>> answers, long patience, double seconds, boolean stopped)
            throws InterruptedException {
        await(CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)), answers, patience);
        List<Answer> ended = answers.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
        int waiting = answers.size() - ended.size();
        return new Outcome(ended, new Extent(seconds, waiting, stopped || waiting > 0 && !watch.goesOn()));
    }

    /** Waits for some of the requests, as long as that makes sense. */
    private void await(CompletableFuture<?> some, List<CompletableFuture<Answer>> answers, long patience)
            throws InterruptedException {
        long end = System.nanoTime() + patience;
        while (!some.isDone() && end - System.nanoTime() > 0 && watch.goesOn()) {
            watch.progress(answers.size(), waiting(answers));
            pause(some);
        }
    }

    private static void pause(CompletableFuture<?> some) throws InterruptedException {
        try {
            some.get(LONGEST_NAP_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Somebody is still waiting; the loop asks again.
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer cannot fail", e);
        }
    }

    private static int waiting(List<CompletableFuture<Answer>> answers) {
        return (int) answers.stream().filter(answer -> !answer.isDone()).count();
    }

    /** Nobody watches, and the run goes on while the condition holds. */
    static Watch unseen(BooleanSupplier goesOn) {
        return new Watch() {
            @Override
            public boolean goesOn() {
                return goesOn.getAsBoolean();
            }

            @Override
            public void progress(int sent, int waiting) {}
        };
    }
}
