package dev.glimpse.cli;

import dev.glimpse.generation.Budget;
import dev.glimpse.generation.Client;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Slo;
import dev.glimpse.simulation.Spread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Arrivals sent to a real core at their times, and what became of them: from admission to the end of the forward that a
 * picture came from, as deliveries are no matter of scheduling.
 *
 * <p>Any thread may add what it sees; the numbers are read once all requests have ended.
 */
final class RealRun {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** Soon enough for a person who wants to end. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final GenerationService service;
    private final MeasuredForwards forwards;
    private final Slo slo;
    private final long startNanos;
    private final Spread first = new Spread();
    private final Spread last = new Spread();
    private final AtomicInteger good = new AtomicInteger();
    private final Set<GenerationStream> reading = ConcurrentHashMap.newKeySet();
    private volatile boolean left;

    RealRun(GenerationService service, int minRows, Slo slo) {
        this.service = service;
        this.slo = slo;
        startNanos = System.nanoTime();
        forwards = new MeasuredForwards(minRows, startNanos);
    }

    /** How long the forwards took; empty if no picture told of one. */
    Optional<ForwardTimes> times() {
        return forwards.times();
    }

    Spread first() {
        return first;
    }

    Spread last() {
        return last;
    }

    int good() {
        return good.get();
    }

    /**
     * Sends each request when its time has come, and waits until all have ended. Their clients read whatever comes.
     *
     * @param firstSeed of the first request, and so on; pictures that were made before may come from a cache
     * @param stopped asked now and then whether to end early, in which case all clients leave
     * @return whether all have ended
     */
    boolean send(List<Arrival> arrivals, long firstSeed, BooleanSupplier stopped) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(arrivals.size());
        long seed = firstSeed;
        for (Arrival arrival : arrivals) {
            if (!await(startNanos + arrival.atMicros() * 1000, stopped)) {
                leave();
                return false;
            }
            long began = System.nanoTime();
            client(arrival).submit(request(arrival, seed++)).onComplete(answer -> {
                if (answer.result() instanceof Submission.Admitted admitted) {
                    come(admitted.stream());
                    leaveInTime(admitted.stream(), arrival, began);
                    read(admitted.stream(), new Watched(arrival, began, open));
                } else {
                    open.countDown();
                }
            });
        }
        long longest = System.nanoTime() + LONGEST.toNanos();
        while (!open.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (stopped.getAsBoolean()) {
                leave();
                return false;
            }
            if (System.nanoTime() - longest > 0) {
                throw new IllegalStateException("requests: " + open.getCount() + " did not end");
            }
        }
        return true;
    }

    /** Whether the time has come; false if that is not waited for any more. */
    private static boolean await(long dueNanos, BooleanSupplier stopped) {
        while (!stopped.getAsBoolean()) {
            long rest = dueNanos - System.nanoTime();
            if (rest <= 0) {
                return true;
            }
            LockSupport.parkNanos(Math.min(rest, LOOK_EVERY.toNanos()));
        }
        return false;
    }

    /** Reads a stream from now on, unless everybody leaves; one may be admitted meanwhile. */
    private void come(GenerationStream stream) {
        reading.add(stream);
        if (left) {
            stream.cancel();
        }
    }

    private void leave() {
        left = true;
        reading.forEach(GenerationStream::cancel);
    }

    private Generator client(Arrival arrival) {
        JobTerms terms = arrival.terms();
        return service.as(new Client(terms.tenant(), terms.rank(), terms.weight(), Budget.UNLIMITED));
    }

    private static void leaveInTime(GenerationStream stream, Arrival arrival, long beganNanos) {
        if (arrival.leavesMicros() > 0) {
            long left = beganNanos + arrival.leavesMicros() * 1000 - System.nanoTime();
            CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(stream::cancel);
        }
    }

    private static GenerationRequest request(Arrival arrival, long seed) {
        Optional<Duration> timeout = arrival.deadlineMicros() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(arrival.deadlineMicros() * 1000));
        return new GenerationRequest(
                "",
                "",
                OptionalLong.of(seed),
                arrival.samples(),
                Optional.empty(),
                PlanRequest.of(Optional.empty(), OptionalDouble.empty(), arrival.steps()),
                PreviewKind.valueOf(arrival.preview().name()),
                ImageFormat.RAW_F32,
                timeout,
                arrival.terms().flexible() ? Quality.FLEXIBLE : Quality.FIXED,
                true);
    }

    /** A request in the making, seen by one thread at a time. */
    private static final class Watched {
        final Arrival arrival;
        final long beganNanos;
        final CountDownLatch open;
        long firstNanos = -1;
        long previousElapsedNanos = -1;

        Watched(Arrival arrival, long beganNanos, CountDownLatch open) {
            this.arrival = arrival;
            this.beganNanos = beganNanos;
            this.open = open;
        }
    }

    private void read(GenerationStream stream, Watched request) {
        stream.next().onComplete(answer -> {
            GenerationEvent event = answer.result();
            if (event instanceof GenerationEvent.Stepped step) {
                see(step, request);
                read(stream, request);
            } else {
                if (event instanceof GenerationEvent.Finished finished) {
                    finish(request, finished.elapsedNanos());
                }
                reading.remove(stream);
                request.open.countDown();
            }
        });
    }

    private void see(GenerationEvent.Stepped step, Watched request) {
        if (request.firstNanos < 0) {
            request.firstNanos = step.elapsedNanos();
            synchronized (first) {
                first.add(request.firstNanos);
            }
        } else {
            forwards.gap(step.elapsedNanos() - request.previousElapsedNanos - step.forwardNanos());
        }
        request.previousElapsedNanos = step.elapsedNanos();
        forwards.add(step.batchRows(), step.forwardNanos(), request.beganNanos + step.elapsedNanos());
    }

    private void finish(Watched request, long all) {
        synchronized (last) {
            last.add(all);
        }
        if (slo.met(request.arrival, request.firstNanos, all)) {
            good.incrementAndGet();
        }
    }
}
