package dev.glimpse.observability;

import dev.glimpse.generation.GenerationEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The numbers of requests, as their doors see them. Safe to call from any thread. */
final class RequestMeter {
    private final Meters meters;
    private final Timer firstPreview;
    private final Map<Outcome, Timer> durations = new EnumMap<>(Outcome.class);
    private final Counter sent;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();

    RequestMeter(Meters meters) {
        this.meters = meters;
        firstPreview = meters.timer(Metric.TIME_TO_FIRST_PREVIEW, Buckets.firstPreview());
        for (Outcome outcome : Outcome.values()) {
            durations.put(outcome, meters.timer(Metric.REQUEST_DURATION, Buckets.request(), outcome.label()));
        }
        sent = meters.counter(Metric.PREVIEW_FRAMES, "sent");
    }

    /** Lets the metrics of a door begin at zero. */
    void door(String door) {
        AtomicInteger streams = new AtomicInteger();
        open.put(door, streams);
        meters.gauge(Metric.OPEN_STREAMS, streams::get, door);
        for (Outcome outcome : Outcome.values()) {
            meters.counter(Metric.REQUESTS, door, outcome.label());
        }
    }

    void admitted(String door) {
        streams(door).incrementAndGet();
    }

    void firstPicture(Duration sinceArrival) {
        firstPreview.record(sinceArrival);
    }

    void picture(GenerationEvent.Stepped picture) {
        if (!picture.last()) {
            sent.increment();
        }
    }

    void closed(String door) {
        streams(door).decrementAndGet();
    }

    void ended(String door, Outcome outcome, Duration sinceArrival) {
        meters.counter(Metric.REQUESTS, door, outcome.label()).increment();
        durations.get(outcome).record(sinceArrival);
    }

    private AtomicInteger streams(String door) {
        AtomicInteger streams = open.get(door);
        if (streams == null) {
            throw new IllegalStateException("door: " + door + " (expected: one that was named before)");
        }
        return streams;
    }
}
