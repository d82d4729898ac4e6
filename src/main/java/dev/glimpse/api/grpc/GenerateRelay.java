package dev.glimpse.api.grpc;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * The path of one generation's events to its client. It takes the next event only when the one before has left, so that
 * what a slow client does not take is never made.
 */
final class GenerateRelay {
    private final StreamingCall<?, GenerateEvent> call;
    private final GenerationStream stream;
    private final Context context;

    private GenerateRelay(StreamingCall<?, GenerateEvent> call, GenerationStream stream) {
        this.call = call;
        this.stream = stream;
        this.context = Vertx.currentContext();
    }

    /** Hands a request to the generator, and its events or its refusal to the client. */
    static void answer(Generator generator, GenerateRequest wire, StreamingCall<?, GenerateEvent> call) {
        Submissions.submit(
                generator,
                call,
                wire,
                timeout -> wire.getResumeToken().isEmpty()
                        ? generator.submit(WireRequests.read(wire, timeout))
                        : generator.resume(WireRequests.resume(wire, timeout)),
                stream -> new GenerateRelay(call, stream).start());
    }

    /** The same with an edit. */
    static void answer(Generator generator, EditRequest wire, StreamingCall<?, GenerateEvent> call) {
        Submissions.submit(
                generator,
                call,
                wire,
                timeout -> wire.getGenerate().getResumeToken().isEmpty()
                        ? generator.submit(WireEdits.read(wire, timeout))
                        : generator.resume(WireEdits.resume(wire, timeout)),
                stream -> new GenerateRelay(call, stream).start());
    }

    private void start() {
        call.onUnfinished(stream::cancel);
        send(GenerateEvent.newBuilder()
                .setAccepted(WireEvents.accepted(stream.accepted()))
                .build());
    }

    private void send(GenerateEvent wire) {
        // A lost client has ended the call already, so a failed write needs no answer. The next event is taken in a
        // turn
        // of its own: were both futures complete already, a long run of events would nest a frame deeper for each.
        call.send(wire).onSuccess(v -> context.runOnContext(turn -> call.guard(this::pull)));
    }

    private void pull() {
        stream.next().onSuccess(event -> call.guard(() -> deliver(event))).onFailure(this::fail);
    }

    private void deliver(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            send(GenerateEvent.newBuilder().setStep(WireEvents.stepped(stepped)).build());
        } else if (event instanceof GenerationEvent.Finished finished) {
            call.complete(GenerateEvent.newBuilder()
                    .setFinished(WireEvents.finished(finished))
                    .build());
        } else if (event instanceof GenerationEvent.Failed failed) {
            call.fail(GrpcErrors.of(failed.failure()));
        } else {
            throw new IllegalStateException("accepted twice");
        }
    }

    private void fail(Throwable bug) {
        call.fail(stream.accepted().requestId(), bug);
    }
}
