package dev.glimpse.observability;

import dev.glimpse.generation.ScoringEvent;
import dev.glimpse.generation.ScoringStream;
import dev.glimpse.generation.ScoringSubmission;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The numbers of requests for likelihoods. Apart from those for pictures, as these take minutes where pictures take
 * seconds. Safe to call from any thread.
 */
final class ScoringMeter {
    private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);

    ScoringMeter(Meters meters) {
        for (Outcome outcome : Outcome.values()) {
            requests.put(outcome, meters.counter(Metric.SCORING_REQUESTS, outcome.label()));
        }
    }

    /**
     * The answer to a request that arrives now, counted when the request ends.
     *
     * @param longest its time, from its arrival
     */
    Future<ScoringSubmission> watch(Future<ScoringSubmission> answer, Duration longest) {
        long arrivalNanos = System.nanoTime();
        return answer.map(given -> watched(given, arrivalNanos, longest)).onFailure(cause -> ended(Outcome.ERROR));
    }

    private ScoringSubmission watched(ScoringSubmission answer, long arrivalNanos, Duration longest) {
        if (answer instanceof ScoringSubmission.Admitted admitted) {
            return new ScoringSubmission.Admitted(new Watched(admitted.stream(), arrivalNanos, longest));
        }
        ended(Outcome.of(((ScoringSubmission.Refused) answer).failure()));
        return answer;
    }

    private void ended(Outcome outcome) {
        requests.get(outcome).increment();
    }

    /** A request's stream, which has one end however many are told. */
    private final class Watched implements ScoringStream {
        private final ScoringStream stream;
        private final long arrivalNanos;
        private final Duration longest;
        private final AtomicBoolean ended = new AtomicBoolean();

        Watched(ScoringStream stream, long arrivalNanos, Duration longest) {
            this.stream = stream;
            this.arrivalNanos = arrivalNanos;
            this.longest = longest;
        }

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
                end(Outcome.OK);
            } else if (event instanceof ScoringEvent.Failed failed) {
                end(Outcome.of(failed.failure()));
            }
        }

        @Override
        public void cancel() {
            end(RequestWatch.left(Duration.ofNanos(System.nanoTime() - arrivalNanos), longest));
            stream.cancel();
        }

        private void end(Outcome outcome) {
            if (ended.compareAndSet(false, true)) {
                ended(outcome);
            }
        }
    }
}
