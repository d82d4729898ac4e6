package dev.glimpse.observability;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.scheduler.Rank;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of requests, as their doors see them. Safe to call from any thread. */
final class RequestMeter {
    private final Meters meters;
    private final Map<Rank, Timer> firstPreviews = new EnumMap<>(Rank.class);
    private final Map<Outcome, Timer> durations = new EnumMap<>(Outcome.class);
    private final Counter sent;
    private final DoorTimes times;
    private final Map<String, Door> doors = new ConcurrentHashMap<>();

    /**
     * What is under way at a door.
     *
     * @param outbound bytes that wait for room on connections
     */
    private record Door(AtomicInteger streams, LongAdder outbound) {}

    RequestMeter(Meters meters, DoorTimes times) {
        this.meters = meters;
        this.times = times;
        for (Rank rank : Rank.values()) {
            String label = CoreMeter.label(rank);
            firstPreviews.put(rank, meters.timer(Metric.TIME_TO_FIRST_PREVIEW, Buckets.firstPreview(), label));
        }
        for (Outcome outcome : Outcome.values()) {
            durations.put(outcome, meters.timer(Metric.REQUEST_DURATION, Buckets.request(), outcome.label()));
        }
        sent = meters.counter(Metric.PREVIEW_FRAMES, "sent");
    }

    /** Lets the metrics of a door begin at zero; any number of times. */
    void door(String door) {
        doors.computeIfAbsent(door, this::begin);
    }

    private Door begin(String door) {
        Door begun = new Door(new AtomicInteger(), new LongAdder());
        meters.gauge(Metric.OPEN_STREAMS, begun.streams()::get, door);
        meters.gauge(Metric.OUTBOUND_BUFFER, begun.outbound()::sum, door);
        meters.counter(Metric.DOOR_CPU, () -> times.seconds(door), door);
        for (Outcome outcome : Outcome.values()) {
            for (Rank rank : Rank.values()) {
                requests(door, outcome, rank);
            }
        }
        return begun;
    }

    private Counter requests(String door, Outcome outcome, Rank rank) {
        return meters.counter(Metric.REQUESTS, door, outcome.label(), CoreMeter.label(rank));
    }

    void admitted(String door) {
        named(door).streams().incrementAndGet();
    }

    void firstPicture(Rank rank, Duration sinceArrival) {
        firstPreviews.get(rank).record(sinceArrival);
    }

    void picture(GenerationEvent.Stepped picture) {
        if (!picture.last()) {
            sent.increment();
        }
    }

    /** Bytes have been taken by a door, or, below zero, have found their way. */
    void outbound(String door, long bytes) {
        named(door).outbound().add(bytes);
    }

    void closed(String door) {
        named(door).streams().decrementAndGet();
    }

    void ended(Visitor visitor, Outcome outcome, Duration sinceArrival) {
        requests(visitor.door(), outcome, visitor.rank()).increment();
        durations.get(outcome).record(sinceArrival);
    }

    private Door named(String door) {
        Door named = doors.get(door);
        if (named == null) {
            throw new IllegalStateException("door: " + door + " (expected: one that was named before)");
        }
        return named;
    }
}
