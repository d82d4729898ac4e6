package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ScoringEvent;
import dev.glimpse.generation.ScoringStream;
import dev.glimpse.generation.ScoringSubmission;
import glimpse.wire.v1.LikelihoodEvent;
import glimpse.wire.v1.LikelihoodRequest;
import io.vertx.core.Future;
import java.util.Optional;

/** Hands requests for likelihoods to the core, and their events to clients. */
final class LikelihoodRelay {
    private LikelihoodRelay() {}

    /** Answers a request with its events or its refusal. */
    static void answer(Generator generator, LikelihoodRequest wire, StreamingCall<?, LikelihoodEvent> call) {
        Submissions.ask(
                call, wire, timeout -> generator.score(WireScores.read(wire, timeout)), answer -> begin(answer, call));
    }

    private static Optional<Failure> begin(ScoringSubmission submission, StreamingCall<?, LikelihoodEvent> call) {
        if (submission instanceof ScoringSubmission.Refused refused) {
            return Optional.of(refused.failure());
        }
        ScoringStream stream = ((ScoringSubmission.Admitted) submission).stream();
        LikelihoodEvent first = LikelihoodEvent.newBuilder()
                .setAccepted(WireScores.accepted(stream.accepted()))
                .build();
        CallRelay.send(call, first, new Source(stream), LikelihoodRelay::tell);
        return Optional.empty();
    }

    private static CallRelay.Told<LikelihoodEvent> tell(ScoringEvent event) {
        LikelihoodEvent.Builder wire = LikelihoodEvent.newBuilder();
        if (event instanceof ScoringEvent.Progress progress) {
            return new CallRelay.Told.More<>(
                    wire.setProgress(WireScores.progress(progress)).build());
        } else if (event instanceof ScoringEvent.Scored scored) {
            return new CallRelay.Told.Last<>(
                    wire.setResult(WireScores.result(scored)).build());
        } else if (event instanceof ScoringEvent.Failed failed) {
            return new CallRelay.Told.Failed<>(failed.failure());
        }
        throw new IllegalStateException("accepted twice");
    }

    private record Source(ScoringStream stream) implements CallRelay.Source<ScoringEvent> {
        @Override
        public String requestId() {
            return stream.accepted().requestId();
        }

        @Override
        public Future<ScoringEvent> next() {
            return stream.next();
        }

        @Override
        public void cancel() {
            stream.cancel();
        }
    }
}
