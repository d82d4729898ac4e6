package dev.glimpse.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The arrivals of a run as Gatling's users take them, each a little before it is due. */
final class ArrivalQueue {
    /** Session attribute with the number of a user's arrival. */
    static final String INDEX = "arrival";

    private static final long NOT_STARTED = Long.MIN_VALUE;

    private final List<Arrival> arrivals;
    private final AtomicLong startNanos = new AtomicLong(NOT_STARTED);

    ArrivalQueue(List<Arrival> arrivals) {
        this.arrivals = List.copyOf(arrivals);
    }

    Arrival get(int index) {
        return arrivals.get(index);
    }

    /** Numbers of those that one of several doors takes in turns, which are never in step with those of the sizes. */
    List<Integer> turn(int door, int doors) {
        int sizes = ArrivalProcess.steps().length;
        return IntStream.range(0, arrivals.size())
                .filter(i -> (i + i / sizes) % doors == door)
                .boxed()
                .toList();
    }

    /** How many of the given arrivals are due in each second. */
    List<Integer> bySecond(List<Integer> indices) {
        List<Integer> counts = new ArrayList<>();
        for (int index : indices) {
            int second = second(arrivals.get(index));
            while (counts.size() <= second) {
                counts.add(0);
            }
            counts.set(second, counts.get(second) + 1);
        }
        return counts;
    }

    private static int second(Arrival arrival) {
        return (int) TimeUnit.MICROSECONDS.toSeconds(arrival.atMicros());
    }

    /** When a request is due by the monotonic clock. The first user who asks starts the run, at its own second. */
    long dueNanos(Arrival arrival) {
        long now = System.nanoTime() - TimeUnit.SECONDS.toNanos(second(arrival));
        startNanos.compareAndSet(NOT_STARTED, now);
        return startNanos.get() + TimeUnit.MICROSECONDS.toNanos(arrival.atMicros());
    }

    Duration untilDue(Arrival arrival) {
        return Duration.ofNanos(Math.max(0, dueNanos(arrival) - System.nanoTime()));
    }
}
