package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a server does without a queue, and without a pause: measured before a run, on the same server. */
final class Calibration {
    private static final int ROUNDS = 9;
    private static final int CROWD = 48;
    private static final int[] CROWD_STEPS = {1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 18};

    private final GrpcClients clients;
    private final Preview preview;

    /**
     * A picture that was asked for before costs less; those of a run have lower numbers. It also says what a crowd asks
     * for next, whoever asks: were each client to have kinds of its own, those that are soon served would ask more
     * often.
     */
    private final AtomicInteger pictures = new AtomicInteger(ArrivalProcess.MOST);

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
        Answer answer = send(steps, System.nanoTime()).join();
        if (answer.end() != End.FINISHED) {
            throw new UnusableServerException(
                    "a single request of " + steps + " step(s) ended with " + answer.detail());
        }
        return answer;
    }

    private CompletableFuture<Answer> send(int steps, long dueNanos) {
        return send(steps, pictures.getAndIncrement(), dueNanos);
    }

    private CompletableFuture<Answer> send(int steps, int picture, long dueNanos) {
        return clients.send(Arrival.plain(0, steps, preview), picture, dueNanos);
    }

    /**
     * What the server does while a crowd of clients with the mix of W2 always waits.
     *
     * @param seconds for how long, at least 1, after a fifth of it that does not count
     */
    Capacity capacity(int seconds) {
        long start = System.nanoTime();
        long warm = start + TimeUnit.SECONDS.toNanos(seconds) / 5;
        Span span = new Span(warm, warm + TimeUnit.SECONDS.toNanos(seconds));
        SortedMap<Integer, Long> rows = new ConcurrentSkipListMap<>();
        List<CompletableFuture<Answer>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(again(span, rows));
        }
        List<Answer> last = crowd.stream().map(CompletableFuture::join).toList();
        long nfe = rows.values().stream().mapToLong(n -> n).sum();
        if (nfe == 0) {
            String why = last.stream()
                    .filter(answer -> answer.end() != End.FINISHED)
                    .findFirst()
                    .map(answer -> ": " + answer.detail())
                    .orElse("");
            throw new UnusableServerException("nothing finished within " + seconds + " s" + why);
        }
        return new Capacity(nfe / (double) seconds, rows, seconds);
    }

    private record Span(long from, long to) {
        boolean holds(long nanos) {
            return nanos - from >= 0 && nanos - to < 0;
        }
    }

    /** One client's requests, one after the other, until time is up or one fails; completes with its last answer. */
    private CompletableFuture<Answer> again(Span span, SortedMap<Integer, Long> rows) {
        int picture = pictures.getAndIncrement();
        long due = System.nanoTime();
        return send(CROWD_STEPS[picture % CROWD_STEPS.length], picture, due).thenCompose(answer -> {
            for (Frame frame : answer.frames()) {
                if (span.holds(due + frame.atNanos())) {
                    rows.merge(frame.rows(), frame.evaluations(), Long::sum);
                }
            }
            boolean over = System.nanoTime() - span.to() >= 0 || answer.end() != End.FINISHED;
            return over ? CompletableFuture.completedFuture(answer) : again(span, rows);
        });
    }
}
