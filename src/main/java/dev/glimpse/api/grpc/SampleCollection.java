package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.ResumeRequest;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.SampleRequest;
import glimpse.wire.v1.SampleResponse;
import glimpse.wire.v1.Step;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The finished pictures of one generation, gathered until its client gets them all at once. */
final class SampleCollection {
    private final StreamingCall<SampleRequest, SampleResponse> call;
    private final GenerationStream stream;
    private final Context context = Vertx.currentContext();
    private final SortedMap<Integer, Step> pictures = new TreeMap<>();

    private SampleCollection(StreamingCall<SampleRequest, SampleResponse> call, GenerationStream stream) {
        this.call = call;
        this.stream = stream;
    }

    /** Hands a request to the generator, and its pictures or its refusal to the client. */
    static void answer(Generator generator, SampleRequest wire, StreamingCall<SampleRequest, SampleResponse> call) {
        Submissions.submit(
                generator,
                call,
                wire,
                timeout -> generator.submit(read(wire, timeout)),
                stream -> new SampleCollection(call, stream).start());
    }

    private static GenerationRequest read(SampleRequest wire, Optional<Duration> timeout) {
        return switch (wire.getRequestCase()) {
            case GENERATE -> WireRequests.read(withoutPreviews(wire.getGenerate()), timeout);
            case EDIT -> {
                EditRequest edit = wire.getEdit();
                yield WireEdits.read(
                        edit.toBuilder()
                                .setGenerate(withoutPreviews(edit.getGenerate()))
                                .build(),
                        timeout);
            }
            case REQUEST_NOT_SET -> throw new InvalidFieldException("request", "none", "one of generate, edit");
        };
    }

    /** What asks for previews, or has to be resumed as it was begun, is refused rather than served otherwise. */
    private static GenerateRequest withoutPreviews(GenerateRequest wire) {
        if (!wire.getResumeToken().isEmpty()) {
            throw new InvalidFieldException(ResumeRequest.FIELD, "present", "absent; Generate takes it");
        }
        PreviewKind preview = wire.getPreview();
        if (preview != PreviewKind.PREVIEW_KIND_UNSPECIFIED && preview != PreviewKind.PREVIEW_KIND_NONE) {
            throw new InvalidFieldException(
                    "preview", wire.getPreviewValue(), "0 or 4, unspecified or none; Generate shows previews");
        }
        return wire.toBuilder().setPreview(PreviewKind.PREVIEW_KIND_NONE).build();
    }

    private void start() {
        call.onUnfinished(stream::cancel);
        pull();
    }

    private void pull() {
        stream.next()
                .onSuccess(event -> call.guard(() -> take(event)))
                .onFailure(bug -> call.fail(stream.accepted().requestId(), bug));
    }

    private void take(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            if (stepped.last()) {
                pictures.put(stepped.sample(), WireEvents.stepped(stepped));
            }
            // In a turn of its own, so that events that came together do not nest.
            context.runOnContext(turn -> call.guard(this::pull));
        } else if (event instanceof GenerationEvent.Finished finished) {
            // Written before the end and not with it: until the client has taken it all, the call has its deadline.
            call.send(response(finished)).onSuccess(v -> call.guard(call::complete));
        } else if (event instanceof GenerationEvent.Failed failed) {
            call.fail(GrpcErrors.of(failed.failure()));
        } else {
            throw new IllegalStateException("accepted twice");
        }
    }

    private SampleResponse response(GenerationEvent.Finished finished) {
        return SampleResponse.newBuilder()
                .setAccepted(WireEvents.accepted(stream.accepted()))
                .addAllPictures(pictures.values())
                .setFinished(WireEvents.finished(finished))
                .build();
    }
}
