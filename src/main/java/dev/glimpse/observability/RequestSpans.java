package dev.glimpse.observability;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationListener.Forward;
import dev.glimpse.generation.GenerationListener.Part;
import dev.glimpse.generation.ServedModel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spans of running requests: one for each request, with an event for each of its steps, and one for each forward,
 * linked to the requests whose steps it ran. Safe to call from any thread.
 */
final class RequestSpans {
    /** A door learns a request's id a moment after a device may have begun with it; this many moments at most. */
    private static final int EARLY_REQUESTS = 1024;

    private static final AttributeKey<String> DOOR = AttributeKey.stringKey("glimpse.door");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("glimpse.request_id");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("glimpse.model");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("glimpse.outcome");
    private static final AttributeKey<String> LANE = AttributeKey.stringKey("glimpse.lane");
    private static final AttributeKey<String> RELEASE = AttributeKey.stringKey("glimpse.release_reason");
    private static final AttributeKey<Long> DEVICE = AttributeKey.longKey("glimpse.device");
    private static final AttributeKey<Long> SAMPLE = AttributeKey.longKey("glimpse.sample");
    private static final AttributeKey<Long> STEP = AttributeKey.longKey("glimpse.step");
    private static final AttributeKey<Long> ROWS = AttributeKey.longKey("glimpse.rows");

    private final Tracer tracer;
    private final boolean on;
    private final Map<String, Span> running = new LinkedHashMap<>();
    private final Map<String, List<Early>> early = new LinkedHashMap<>();

    /** @param on whether the tracer records anything at all */
    RequestSpans(Tracer tracer, boolean on) {
        this.tracer = tracer;
        this.on = on;
    }

    /** A step of a request whose span is not known yet. */
    private record Early(Attributes attributes, Ended of) {}

    /** A forward that has ended, and whether it has its span. */
    private static final class Ended {
        final Forward forward;
        final Instant at = Instant.now();
        boolean told;

        Ended(Forward forward) {
            this.forward = forward;
        }
    }

    /**
     * Begins the span of a request that arrives on this context.
     *
     * @param name what it asks for
     */
    Span begin(String name, String door) {
        Context parent = TraceParents.ofThisContext();
        return tracer.spanBuilder(name)
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(DOOR, door)
                .startSpan();
    }

    void accepted(Span span, GenerationEvent.Accepted request) {
        if (!on) {
            return;
        }
        accepted(span, request.requestId(), request.model());
        synchronized (running) {
            running.put(request.requestId(), span);
            List<Early> steps = early.remove(request.requestId());
            if (steps != null && span.isRecording()) {
                for (Early step : steps) {
                    span.addEvent("step", step.attributes, step.of.at);
                    if (!step.of.told) {
                        tell(step.of, List.of(span));
                    }
                }
            }
        }
    }

    /** The same for a request that has no steps of its own. */
    void accepted(Span span, String requestId, ServedModel model) {
        span.setAttribute(REQUEST_ID, requestId);
        span.setAttribute(MODEL, model.name() + "/" + model.version());
    }

    void end(Span span, GenerationEvent.@Nullable Accepted request, Outcome outcome) {
        if (request != null) {
            synchronized (running) {
                running.remove(request.requestId());
                early.remove(request.requestId());
            }
        }
        end(span, outcome);
    }

    void end(Span span, Outcome outcome) {
        span.setAttribute(OUTCOME, outcome.label());
        if (outcome.fault()) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /**
     * Adds the steps of a forward to the spans of their requests, and a span of its own if any of these is recorded.
     */
    void forward(Forward forward) {
        if (!on) {
            return;
        }
        Ended ended = new Ended(forward);
        List<Span> linked = new ArrayList<>();
        synchronized (running) {
            for (Part part : forward.parts()) {
                if (part.wanted()) {
                    for (String requestId : part.requestIds()) {
                        step(requestId, part, ended, linked);
                    }
                }
            }
            if (!linked.isEmpty()) {
                tell(ended, linked);
            }
        }
    }

    /** Gives a forward its span; under the lock of {@link #running}, so that it gets one. */
    private void tell(Ended ended, List<Span> linked) {
        Forward forward = ended.forward;
        ended.told = true;
        SpanBuilder batch = tracer.spanBuilder("forward")
                // Recorded because this request is.
                .setParent(linked.get(0).storeInContext(Context.root()))
                .setStartTimestamp(ended.at.minusNanos(forward.durationNanos()))
                .setAttribute(LANE, forward.lane())
                .setAttribute(DEVICE, (long) forward.device())
                .setAttribute(RELEASE, CoreMeter.label(forward.release()))
                .setAttribute(ROWS, (long)
                        forward.parts().stream().mapToInt(Part::rows).sum());
        linked.stream().map(Span::getSpanContext).distinct().forEach(batch::addLink);
        batch.startSpan().end(ended.at);
    }

    /** Adds a step to its request's span, or keeps it for that; under the lock of {@link #running}. */
    private void step(String requestId, Part part, Ended ended, List<Span> linked) {
        Attributes attributes =
                Attributes.of(SAMPLE, (long) part.sample(), STEP, part.step() + 1L, ROWS, (long) part.rows());
        Span span = running.get(requestId);
        if (span != null) {
            if (span.isRecording()) {
                span.addEvent("step", attributes, ended.at);
                linked.add(span);
            }
            return;
        }
        early.computeIfAbsent(requestId, id -> new ArrayList<>()).add(new Early(attributes, ended));
        if (early.size() > EARLY_REQUESTS) {
            early.remove(early.keySet().iterator().next());
        }
    }
}
