package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;

/** Hands generations to the core, and their events to clients. */
final class GenerateRelay {
    private GenerateRelay() {}

    /** Answers a request with its events or its refusal. */
    static void answer(Generator generator, GenerateRequest wire, StreamingCall<?, GenerateEvent> call) {
        Submissions.submit(
                call,
                wire,
                timeout -> wire.getResumeToken().isEmpty()
                        ? generator.submit(WireRequests.read(wire, timeout))
                        : generator.resume(WireRequests.resume(wire, timeout)),
                stream -> start(stream, call));
    }

    /** The same with an edit. */
    static void answer(Generator generator, EditRequest wire, StreamingCall<?, GenerateEvent> call) {
        Submissions.submit(
                call,
                wire,
                timeout -> wire.getGenerate().getResumeToken().isEmpty()
                        ? generator.submit(WireEdits.read(wire, timeout))
                        : generator.resume(WireEdits.resume(wire, timeout)),
                stream -> start(stream, call));
    }

    private static void start(GenerationStream stream, StreamingCall<?, GenerateEvent> call) {
        GenerateEvent first = GenerateEvent.newBuilder()
                .setAccepted(WireEvents.accepted(stream.accepted()))
                .build();
        CallRelay.send(call, first, new GenerationSource(stream), GenerateRelay::tell);
    }

    private static CallRelay.Told<GenerateEvent> tell(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            return new CallRelay.Told.More<>(GenerateEvent.newBuilder()
                    .setStep(WireEvents.stepped(stepped))
                    .build());
        } else if (event instanceof GenerationEvent.Finished finished) {
            return new CallRelay.Told.Last<>(GenerateEvent.newBuilder()
                    .setFinished(WireEvents.finished(finished))
                    .build());
        } else if (event instanceof GenerationEvent.Failed failed) {
            return new CallRelay.Told.Failed<>(failed.failure());
        }
        throw new IllegalStateException("accepted twice");
    }
}
