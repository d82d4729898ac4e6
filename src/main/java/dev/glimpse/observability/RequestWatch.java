package dev.glimpse.observability;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its arrival to its end, which it has once: counts it, times it, traces it and logs it. Told by the
 * context that reads the request's stream; only {@link #cancelled}, {@link #paused} and {@link #proceeded} may come
 * from any thread.
 */
final class RequestWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RequestWatch.class);

    /**
     * By this much the end of a client's time may seem early: timers count whole milliseconds, and of a client and its
     * server each has its own beginning.
     */
    private static final Duration EARLY = Duration.ofMillis(10);

    /**
     * What a request is measured by.
     *
     * @param longest its time, from its arrival
     * @param pictures whether it asks for pictures, and not for a latent
     */
    record Aim(Duration longest, boolean pictures) {}

    private final Visitor visitor;
    private final Aim aim;
    private final RequestMeter meter;
    private final RequestSpans spans;
    private final Span span;
    private final LongSupplier nanoTime;
    private final long arrivalNanos;
    private final Pauses pauses;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile GenerationEvent.@Nullable Accepted accepted;
    /** Bytes that the door has taken and not yet asked on behind. */
    private final AtomicLong held = new AtomicLong();

    private boolean pictured;

    /** @param nanoTime monotonic clock, in nanoseconds */
    RequestWatch(Visitor visitor, Aim aim, RequestMeter meter, RequestSpans spans, LongSupplier nanoTime) {
        this.visitor = visitor;
        this.aim = aim;
        this.meter = meter;
        this.spans = spans;
        this.nanoTime = nanoTime;
        arrivalNanos = nanoTime.getAsLong();
        pauses = new Pauses(arrivalNanos + aim.longest().toNanos(), EARLY);
        span = spans.begin("generate", visitor.door());
    }

    void admitted(GenerationEvent.Accepted request) {
        accepted = request;
        meter.admitted(visitor.door());
        spans.accepted(span, request);
    }

    void refused(Failure failure) {
        end(Outcome.of(failure));
    }

    /** The server itself failed to answer. */
    void broken() {
        end(Outcome.ERROR);
    }

    /** The door has room for what comes next, so that what it took before has found its way. */
    void asked() {
        hold(0);
    }

    private void hold(long bytes) {
        long before = held.getAndSet(bytes);
        if (bytes != before) {
            meter.outbound(visitor.door(), bytes - before);
        }
    }

    void taken(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped picture) {
            if (!ended.get()) {
                hold(picture.image().length);
            }
            if (showsPreviews()) {
                shown(picture);
            }
        } else if (event instanceof GenerationEvent.Finished) {
            end(Outcome.OK);
        } else if (event instanceof GenerationEvent.Failed failed) {
            end(unlessPaused(Outcome.of(failed.failure())));
        }
    }

    /** A client that lets its time go by has had no less than it asked for. */
    private Outcome unlessPaused(Outcome outcome) {
        return outcome == Outcome.DEADLINE && pauses.whenOver() ? Outcome.CANCELLED : outcome;
    }

    /** The client has it wait, until it lets it go on. */
    void paused() {
        if (pauses.begin(nanoTime.getAsLong())) {
            span.addEvent("paused");
        }
    }

    /** The client lets it go on, which the core may find no room for. */
    void proceeded() {
        if (pauses.end(nanoTime.getAsLong())) {
            span.addEvent("resumed");
        }
    }

    private boolean showsPreviews() {
        GenerationEvent.Accepted request = accepted;
        return request != null && aim.pictures() && request.preview() != PreviewKind.NONE;
    }

    private void shown(GenerationEvent.Stepped picture) {
        if (!pictured) {
            pictured = true;
            long nowNanos = nanoTime.getAsLong();
            Duration stay = Duration.ofNanos(nowNanos - arrivalNanos);
            meter.firstPicture(visitor.rank(), stay.minus(pauses.total(nowNanos)));
            span.addEvent("first picture");
        }
        meter.picture(picture);
    }

    /**
     * The door wants no more of it: the client went away, or its time is over, which a door may see before the core.
     */
    void cancelled() {
        end(unlessPaused(left(sinceArrival(), aim.longest())));
    }

    /** How a request has ended that its door has given up after so long a stay, out of the longest that it could. */
    static Outcome left(Duration stay, Duration longest) {
        return stay.compareTo(longest.minus(EARLY)) >= 0 ? Outcome.DEADLINE : Outcome.CANCELLED;
    }

    private void end(Outcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        hold(0);
        GenerationEvent.Accepted request = accepted;
        Duration duration = sinceArrival();
        if (request != null) {
            meter.closed(visitor.door());
        }
        meter.ended(visitor, outcome, duration);
        spans.end(span, request, outcome);
        String id = request == null ? "" : request.requestId();
        String model = request == null ? "" : request.model().name();
        new RequestEnd(visitor, outcome, id, model, duration).tell(LOG, "request ended");
    }

    private Duration sinceArrival() {
        return Duration.ofNanos(nanoTime.getAsLong() - arrivalNanos);
    }
}
