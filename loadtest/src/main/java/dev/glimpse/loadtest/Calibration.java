package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** What a server does without a queue, and without a pause: measured before a run, on the same server. */
final class Calibration {
    private static final int ROUNDS = 9;
    private static final int FEWEST = 48;
    private static final int MOST = 1536;
    private static final int WARM_UP_REQUESTS = 3;

    /** Evaluations a second of a crowd over those of one half as large, beyond what chance does. */
    private static final double WORTH_IT = 1.05;

    private static final int[] CROWD_STEPS = {1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 4, 1, 2, 1, 18};

    private final GrpcClients clients;
    private final Preview preview;

    /**
     * A picture that was asked for before costs less. It also says what a crowd asks for next, whoever asks: were each
     * client to have kinds of its own, those that are soon served would ask more often.
     */
    private final AtomicInteger pictures = new AtomicInteger(ArrivalProcess.MOST);

    Calibration(GrpcClients clients, Preview preview) {
        this.clients = clients;
        this.preview = preview;
    }

    /**
     * Median time in nanoseconds from request to last picture of one client alone, by steps, with pictures of the given
     * kinds.
     */
    SortedMap<Integer, Long> unloaded(SortedMap<Integer, Preview> steps) {
        SortedMap<Integer, Long> medians = new TreeMap<>();
        one(1, preview);
        steps.forEach((count, kind) -> {
            one(count, kind);
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                times.add(one(count, kind).times().end());
            }
            medians.put(count, Numbers.median(times));
        });
        return medians;
    }

    private Answer one(int steps, Preview kind) {
        Answer answer = clients.send(Arrival.plain(0, steps, kind), pictures.getAndIncrement(), System.nanoTime())
                .join();
        if (answer.end() != End.FINISHED) {
            throw new UnusableServerException(
                    "a single request of " + steps + " step(s) ended with " + answer.detail());
        }
        return answer;
    }

    /** Lets a crowd work a server in that has just started, with a few requests each, and counts nothing. */
    void warmUp() {
        for (int i = 0; i < WARM_UP_REQUESTS; i++) {
            Stream.generate(() -> nextOfCrowd(System.nanoTime()))
                    .limit(FEWEST)
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    private CompletableFuture<Answer> nextOfCrowd(long dueNanos) {
        int picture = pictures.getAndIncrement();
        int steps = CROWD_STEPS[picture % CROWD_STEPS.length];
        return clients.send(Arrival.plain(0, steps, preview), picture, dueNanos);
    }

    /**
     * What the server does while a crowd of clients with the mix of W2 always waits, which is as large as makes a
     * difference.
     *
     * @param seconds for how long, at least 1, after a fifth of it that does not count
     */
    Capacity capacity(int seconds) {
        int size = size(clients -> crowd(clients, Math.max(1, seconds / 5)).nfePerSecond());
        Crowd crowd = crowd(size, seconds);
        if (crowd.nfePerSecond() == 0) {
            String why = crowd.last().stream()
                    .filter(answer -> answer.end() != End.FINISHED)
                    .findFirst()
                    .map(answer -> ": " + answer.detail())
                    .orElse("");
            throw new UnusableServerException("nothing finished within " + seconds + " s" + why);
        }
        return new Capacity(crowd.nfePerSecond(), crowd.rows(), seconds, crowd.stayed());
    }

    /**
     * The largest crowd that a server still does more for. Many workers with large forwards are not busy with a small
     * one.
     *
     * @param nfePerSecond evaluations a second that the server does for a crowd of so many
     */
    static int size(IntToDoubleFunction nfePerSecond) {
        int size = FEWEST;
        double done = nfePerSecond.applyAsDouble(size);
        for (int larger = 2 * size; larger <= MOST; larger *= 2) {
            double more = nfePerSecond.applyAsDouble(larger);
            if (more <= done * WORTH_IT) {
                return size;
            }
            size = larger;
            done = more;
        }
        return size;
    }

    /**
     * What a crowd has seen.
     *
     * @param last answer of each of its clients
     * @param rows evaluations by the rows of their forward
     */
    private record Crowd(List<Answer> last, SortedMap<Integer, Long> rows, int seconds) {
        double nfePerSecond() {
            return rows.values().stream().mapToLong(n -> n).sum() / (double) seconds;
        }

        /** Clients that the server did not turn away. */
        int stayed() {
            return (int)
                    last.stream().filter(answer -> answer.end() == End.FINISHED).count();
        }
    }

    private Crowd crowd(int size, int seconds) {
        long start = System.nanoTime();
        long warm = start + TimeUnit.SECONDS.toNanos(seconds) / 5;
        Span span = new Span(warm, warm + TimeUnit.SECONDS.toNanos(seconds));
        SortedMap<Integer, Long> rows = new ConcurrentSkipListMap<>();
        List<CompletableFuture<Answer>> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            crowd.add(again(span, rows));
        }
        return new Crowd(crowd.stream().map(CompletableFuture::join).toList(), rows, seconds);
    }

    private record Span(long from, long to) {
        boolean holds(long nanos) {
            return nanos - from >= 0 && nanos - to < 0;
        }
    }

    /** One client's requests, one after the other, until time is up or one fails; completes with its last answer. */
    private CompletableFuture<Answer> again(Span span, SortedMap<Integer, Long> rows) {
        long due = System.nanoTime();
        return nextOfCrowd(due).thenCompose(answer -> {
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
