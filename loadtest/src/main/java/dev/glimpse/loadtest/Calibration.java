package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a server does without a queue, and without a pause: measured before a run, on the same server. */
final class Calibration {
    private static final int ROUNDS = 9;
    private static final int CROWD = 48;
    private static final int[] CROWD_STEPS = {1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 18};

    private final GrpcClients clients;
    private final Preview preview;

    Calibration(GrpcClients clients, Preview preview) {
        this.clients = clients;
        this.preview = preview;
    }

    /** Median time in nanoseconds from request to last picture of one client alone, by steps. */
    SortedMap<Integer, Long> unloaded(Collection<Integer> steps) {
        SortedMap<Integer, Long> medians = new TreeMap<>();
        one(1);
        for (int count : steps) {
            one(count);
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                times.add(one(count).times().end());
            }
            medians.put(count, Numbers.median(times));
        }
        return medians;
    }

    private Answer one(int steps) {
        Answer answer = clients.send(Arrival.plain(0, steps, preview), 0, System.nanoTime())
                .join();
        if (answer.end() != End.FINISHED) {
            throw new UnusableServerException(
                    "a single request of " + steps + " step(s) ended with " + answer.detail());
        }
        return answer;
    }

    /** Network evaluations a second while a crowd of clients with the mix of W2 always waits. */
    double capacity(int seconds) {
        AtomicLong nfe = new AtomicLong();
        long start = System.nanoTime();
        long warm = start + TimeUnit.SECONDS.toNanos(1);
        long end = warm + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<Void>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(again(i, new Span(warm, end), nfe));
        }
        crowd.forEach(CompletableFuture::join);
        if (nfe.get() == 0) {
            throw new UnusableServerException("nothing finished within " + seconds + " s");
        }
        return nfe.get() / (double) seconds;
    }

    private record Span(long from, long to) {
        boolean holds(long nanos) {
            return nanos - from >= 0 && nanos - to < 0;
        }
    }

    private CompletableFuture<Void> again(int index, Span span, AtomicLong nfe) {
        int steps = CROWD_STEPS[index % CROWD_STEPS.length];
        return clients.send(Arrival.plain(0, steps, preview), index, System.nanoTime())
                .thenCompose(answer -> {
                    long now = System.nanoTime();
                    if (answer.end() == End.FINISHED && span.holds(now)) {
                        nfe.addAndGet(answer.nfe());
                    }
                    boolean over = now - span.to() >= 0 || answer.end() != End.FINISHED;
                    return over ? CompletableFuture.completedFuture(null) : again(index + CROWD, span, nfe);
                });
    }
}
