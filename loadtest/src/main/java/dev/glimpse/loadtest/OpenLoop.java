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

/** Sends every request when it is due, whatever became of those before. */
final class OpenLoop {
    /** What clients that stop reading, or a server that is gone, may add to a run after its last deadline. */
    private static final long AFTERMATH_MILLIS = 5000;

    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GrpcClients clients;
    private final long timeoutMillis;
    private final Watch watch;

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
     * @param seconds that requests were sent for, of those that were planned
     * @param waiting requests that were sent and have not ended
     * @param cut whether it was told to stop before it was done
     */
    record Extent(double seconds, int waiting, boolean cut) {}

    OpenLoop(GrpcClients clients, long timeoutMillis, Watch watch) {
        this.clients = clients;
        this.timeoutMillis = timeoutMillis;
        this.watch = watch;
    }

    /**
     * Sends requests at their times and waits for all answers.
     *
     * @param seconds span of the requests
     * @param events what else to do during the run, by the time in microseconds since its start
     */
    Outcome run(List<Arrival> arrivals, double seconds, Map<Long, Runnable> events) throws InterruptedException {
        TreeMap<Long, Runnable> ahead = new TreeMap<>(events);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (Arrival arrival : arrivals) {
            if (!reach(arrival.atMicros(), start, ahead, answers)) {
                double sending = (System.nanoTime() - start) / 1e9;
                return collect(answers, Math.min(seconds, sending), true);
            }
            long due = start + TimeUnit.MICROSECONDS.toNanos(arrival.atMicros());
            answers.add(clients.send(arrival, answers.size(), due));
        }
        boolean goesOn = true;
        while (goesOn && !ahead.isEmpty()) {
            goesOn = reach(ahead.firstKey(), start, ahead, answers);
        }
        return collect(answers, seconds, !goesOn);
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

    private Outcome collect(List<CompletableFuture<Answer>> answers, double seconds, boolean stopped)
            throws InterruptedException {
        CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis + AFTERMATH_MILLIS);
        while (!all.isDone() && end - System.nanoTime() > 0 && watch.goesOn()) {
            watch.progress(answers.size(), waiting(answers));
            pause(all);
        }
        List<Answer> ended = answers.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
        int waiting = answers.size() - ended.size();
        return new Outcome(ended, new Extent(seconds, waiting, stopped || waiting > 0 && !watch.goesOn()));
    }

    private static void pause(CompletableFuture<Void> all) throws InterruptedException {
        try {
            all.get(LONGEST_NAP_NANOS, TimeUnit.NANOSECONDS);
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
