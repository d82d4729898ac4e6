package dev.glimpse.observability;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its arrival to its end, which it has once: counts it, times it, traces it and logs it. Told by the
 * context that reads the request's stream; only {@link #cancelled} may come from any thread.
 */
final class RequestWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RequestWatch.class);

    private final String door;
    private final RequestMeter meter;
    private final RequestSpans spans;
    private final Span span;
    private final long arrivalNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile GenerationEvent.@Nullable Accepted accepted;
    private boolean pictured;

    RequestWatch(String door, RequestMeter meter, RequestSpans spans) {
        this.door = door;
        this.meter = meter;
        this.spans = spans;
        span = spans.begin(door);
    }

    void admitted(GenerationEvent.Accepted request) {
        accepted = request;
        meter.admitted(door);
        spans.accepted(span, request);
    }

    void refused(Failure failure) {
        end(Outcome.of(failure));
    }

    /** The server itself failed to answer. */
    void broken() {
        end(Outcome.ERROR);
    }

    void taken(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped picture) {
            if (!pictured) {
                pictured = true;
                meter.firstPicture(sinceArrival());
                span.addEvent("first picture");
            }
            meter.picture(picture);
        } else if (event instanceof GenerationEvent.Finished) {
            end(Outcome.OK);
        } else if (event instanceof GenerationEvent.Failed failed) {
            end(Outcome.of(failed.failure()));
        }
    }

    void cancelled() {
        end(Outcome.CANCELLED);
    }

    private void end(Outcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        GenerationEvent.Accepted request = accepted;
        Duration duration = sinceArrival();
        if (request != null) {
            meter.closed(door);
        }
        meter.ended(door, outcome, duration);
        spans.end(span, request, outcome);
        LOG.atDebug()
                .addKeyValue("door", door)
                .addKeyValue("outcome", outcome.label())
                .addKeyValue("request_id", request == null ? "" : request.requestId())
                .addKeyValue("model", request == null ? "" : request.model().name())
                .addKeyValue("duration_ms", duration.toMillis())
                .log("request ended");
    }

    private Duration sinceArrival() {
        return Duration.ofNanos(System.nanoTime() - arrivalNanos);
    }
}
