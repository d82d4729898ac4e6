package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.FinalPictures;
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
import java.time.Duration;
import java.util.Optional;

/** One generation whose client gets all of its finished pictures at once. */
final class SampleCollection {
    private SampleCollection() {}

    /** Hands a request to the generator, and its pictures or its refusal to the client. */
    static void answer(Generator generator, SampleRequest wire, StreamingCall<SampleRequest, SampleResponse> call) {
        Submissions.submit(
                call, wire, timeout -> generator.submit(read(wire, timeout)), stream -> collect(stream, call));
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

    private static void collect(GenerationStream stream, StreamingCall<SampleRequest, SampleResponse> call) {
        call.onUnfinished(stream::cancel);
        FinalPictures.of(stream)
                .onSuccess(outcome -> call.guard(() -> outcome.either(
                        complete -> complete(stream.accepted(), complete, call),
                        failure -> call.fail(GrpcErrors.of(failure)))))
                .onFailure(bug -> call.fail(stream.accepted().requestId(), bug));
    }

    private static void complete(
            GenerationEvent.Accepted accepted,
            FinalPictures.Outcome.Complete complete,
            StreamingCall<SampleRequest, SampleResponse> call) {
        SampleResponse.Builder response = SampleResponse.newBuilder()
                .setAccepted(WireEvents.accepted(accepted))
                .setFinished(WireEvents.finished(complete.finished()));
        complete.pictures().forEach(picture -> response.addPictures(WireEvents.stepped(picture)));
        // Written before the end and not with it: until the client has taken it all, the call has its deadline.
        call.send(response.build()).onSuccess(v -> call.guard(call::complete));
    }
}
