package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Scorer;
import dev.glimpse.generation.ScoringEvent;
import dev.glimpse.generation.ScoringStream;
import dev.glimpse.generation.ScoringSubmission;
import dev.glimpse.scheduler.Rank;
import io.opentelemetry.api.trace.TracerProvider;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of requests for likelihoods. */
class ScoringMeterTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ScoringEvent.Progress PROGRESS = new ScoringEvent.Progress(1, 2, OptionalDouble.empty(), 0, 3);

    private static final ScoringEvent.Scored SCORED = new ScoringEvent.Scored(
            new Scorer.Scores(List.of(), 1, OptionalDouble.empty(), OptionalDouble.empty()), 1, 2, 3);

    private final Meters meters = new Meters();
    private final ScoringMeter scores =
            new ScoringMeter(meters, new RequestSpans(TracerProvider.noop().get("test"), false));

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void everyOutcomeBeginsAtZero() {
        assertThat(meters.scrape().lines().filter(line -> line.startsWith("glimpse_scoring_requests_total{")))
                .hasSameSizeAs(Outcome.values())
                .allMatch(line -> line.endsWith(" 0.0"));
    }

    @Test
    void aRequestIsCountedByHowItEnds() {
        ScoringStream scored = admitted(LONG, PROGRESS, SCORED);
        scored.next();
        assertThat(count("ok")).isZero();
        scored.next();
        ScoringStream failed = admitted(LONG, new ScoringEvent.Failed(new Failure.Internal("r-1")));
        failed.next();
        watch(Future.failedFuture("a bug"), LONG);
        Failure full = new Failure.Overloaded(Duration.ofSeconds(1));
        watch(Future.succeededFuture(new ScoringSubmission.Refused(full)), LONG);

        assertThat(count("ok")).isEqualTo(1);
        assertThat(count("error")).isEqualTo(2);
        assertThat(count("shed")).isEqualTo(1);
    }

    @Test
    void aRequestThatItsDoorGivesUpHasLeftOrRunOutOfTimeAndEndsOnce() {
        ScoringStream left = admitted(LONG, new ScoringEvent.Failed(new Failure.Cancelled()));
        left.cancel();
        left.cancel();
        left.next();
        admitted(Duration.ZERO, PROGRESS).cancel();

        assertThat(count("cancelled")).isEqualTo(1);
        assertThat(count("deadline")).isEqualTo(1);
    }

    private Future<ScoringSubmission> watch(Future<ScoringSubmission> answer, Duration longest) {
        return scores.watch(new Visitor("grpc", "lab", Rank.STANDARD), longest, () -> answer);
    }

    /** As its door sees it. */
    private ScoringStream admitted(Duration longest, ScoringEvent... events) {
        ScoringStream stream = new Scripted(List.of(events).iterator());
        ScoringSubmission answer = watch(Future.succeededFuture(new ScoringSubmission.Admitted(stream)), longest)
                .result();
        return ((ScoringSubmission.Admitted) answer).stream();
    }

    private int count(String outcome) {
        String beginning = "glimpse_scoring_requests_total{outcome=\"" + outcome + "\"} ";
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(beginning.length())))
                .sum();
    }

    /** A stream of events that are there already. */
    private record Scripted(Iterator<ScoringEvent> events) implements ScoringStream {
        @Override
        public ScoringEvent.Accepted accepted() {
            return new ScoringEvent.Accepted("r-1", ScriptedGenerator.MODEL, 1, 0);
        }

        @Override
        public Future<ScoringEvent> next() {
            return Future.succeededFuture(events.next());
        }

        @Override
        public void cancel() {}
    }
}
