package dev.glimpse.observability;

import dev.glimpse.generation.Guarded;
import dev.glimpse.generation.ScoringEvent;
import dev.glimpse.generation.ScoringStream;
import dev.glimpse.generation.ScoringSubmission;
import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches requests for likelihoods, each from its arrival to its end, which it has once: counts, traces and logs them.
 * Apart from those for pictures, as these take minutes where pictures take seconds. Safe to call from any thread.
 */
final class ScoringMeter {
    private static final Logger LOG = LoggerFactory.getLogger(ScoringMeter.class);

    private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
    private final RequestSpans spans;

    ScoringMeter(Meters meters, RequestSpans spans) {
        this.spans = spans;
        for (Outcome outcome : Outcome.values()) {
            requests.put(outcome, meters.counter(Metric.SCORING_REQUESTS, outcome.label()));
        }
    }

    /**
     * The answer to a request that arrives now, on this context.
     *
     * @param longest its time, from its arrival
     */
    Future<ScoringSubmission> watch(Visitor visitor, Duration longest, Supplier<Future<ScoringSubmission>> asking) {
        Watch watch = new Watch(visitor, longest);
        return Guarded.call(asking).map(watch::answered).onFailure(cause -> watch.end(Outcome.ERROR));
    }

    /** A request, which has one end however many are told. */
    private final class Watch {
        private final Visitor visitor;
        private final Duration longest;
        private final Span span;
        private final long arrivalNanos = System.nanoTime();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile ScoringEvent.@Nullable Accepted accepted;

        Watch(Visitor visitor, Duration longest) {
            this.visitor = visitor;
            this.longest = longest;
            span = spans.begin("likelihood", visitor.door());
        }

        ScoringSubmission answered(ScoringSubmission answer) {
            if (answer instanceof ScoringSubmission.Admitted admitted) {
                ScoringEvent.Accepted request = admitted.stream().accepted();
                accepted = request;
                spans.accepted(span, request.requestId(), request.model());
                return new ScoringSubmission.Admitted(new Watched(admitted.stream(), this));
            }
            end(Outcome.of(((ScoringSubmission.Refused) answer).failure()));
            return answer;
        }

        void left() {
            end(RequestWatch.left(sinceArrival(), longest));
        }

        void end(Outcome outcome) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            requests.get(outcome).increment();
            spans.end(span, outcome);
            ScoringEvent.Accepted request = accepted;
            String id = request == null ? "" : request.requestId();
            String model = request == null ? "" : request.model().name();
            new RequestEnd(visitor, outcome, id, model, sinceArrival()).tell(LOG, "likelihood ended");
        }

        private Duration sinceArrival() {
            return Duration.ofNanos(System.nanoTime() - arrivalNanos);
        }
    }

    /** What a door reads. */
    private record Watched(ScoringStream stream, Watch watch) implements ScoringStream {
        @Override
        public ScoringEvent.Accepted accepted() {
            return stream.accepted();
        }

        @Override
        public Future<ScoringEvent> next() {
            return stream.next().onSuccess(this::taken);
        }

        private void taken(ScoringEvent event) {
            if (event instanceof ScoringEvent.Scored) {
                watch.end(Outcome.OK);
            } else if (event instanceof ScoringEvent.Failed failed) {
                watch.end(Outcome.of(failed.failure()));
            }
        }

        @Override
        public void cancel() {
            watch.left();
            stream.cancel();
        }
    }
}
