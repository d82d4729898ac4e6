package dev.glimpse.observability;

import dev.glimpse.generation.GenerationEvent;
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
    private final Timer firstPreview;
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
        firstPreview = meters.timer(Metric.TIME_TO_FIRST_PREVIEW, Buckets.firstPreview());
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
            meters.counter(Metric.REQUESTS, door, outcome.label());
        }
        return begun;
    }

    void admitted(String door) {
        named(door).streams().incrementAndGet();
    }

    void firstPicture(Duration sinceArrival) {
        firstPreview.record(sinceArrival);
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

    void ended(String door, Outcome outcome, Duration sinceArrival) {
        meters.counter(Metric.REQUESTS, door, outcome.label()).increment();
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
