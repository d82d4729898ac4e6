package dev.glimpse.api.grpc;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.Submission;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import java.util.Optional;

/** Hands generations to the core, and their events to clients. */
final class GenerateRelay {
    private GenerateRelay() {}

    /** Answers a request with its events or its refusal. */
    static void answer(Generator generator, GenerateRequest wire, StreamingCall<?, GenerateEvent> call) {
        HandIn.to(
                generator,
                timeout -> wire.getResumeToken().isEmpty()
                        ? generator.submit(WireRequests.read(wire, timeout))
                        : generator.resume(WireRequests.resume(wire, timeout)),
                call,
                answer -> begin(answer, call));
    }

    /** The same with an edit. */
    static void answer(Generator generator, EditRequest wire, StreamingCall<?, GenerateEvent> call) {
        HandIn.to(
                generator,
                timeout -> generator.submit(WireEdits.read(wire, timeout)),
                call,
                answer -> begin(answer, call));
    }

    private static Optional<Failure> begin(Submission submission, StreamingCall<?, GenerateEvent> call) {
        if (submission instanceof Submission.Refused refused) {
            return Optional.of(refused.failure());
        }
        GenerationStream stream = ((Submission.Admitted) submission).stream();
        GenerateEvent first = GenerateEvent.newBuilder()
                .setAccepted(WireEvents.accepted(stream.accepted()))
                .build();
        EventRelay.send(call, first, new GenerationSource(stream), GenerateRelay::tell);
        return Optional.empty();
    }

    private static EventRelay.Told<GenerateEvent> tell(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            return new EventRelay.Told.More<>(GenerateEvent.newBuilder()
                    .setStep(WireEvents.stepped(stepped))
                    .build());
        } else if (event instanceof GenerationEvent.Finished finished) {
            return new EventRelay.Told.Last<>(GenerateEvent.newBuilder()
                    .setFinished(WireEvents.finished(finished))
                    .build());
        } else if (event instanceof GenerationEvent.Failed failed) {
            return new EventRelay.Told.Failed<>(failed.failure());
        }
        throw new IllegalStateException("accepted twice");
    }
}
