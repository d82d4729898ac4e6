package dev.glimpse.api.oip;

import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.FinalPictures;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.Submission;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferResponse;
import io.vertx.core.Future;

/** One request over gRPC, answered with all of its final pictures. */
final class UnaryInfer {
    private final InferCall infer;
    private final StreamingCall<?, ModelInferResponse> call;

    private UnaryInfer(InferCall infer, StreamingCall<?, ModelInferResponse> call) {
        this.infer = infer;
        this.call = call;
    }

    static void answer(Generator generator, ModelInferRequest wire, StreamingCall<?, ModelInferResponse> call) {
        Future<Submission> submission;
        UnaryInfer unary;
        try {
            InferCall infer = WireTensors.read(wire);
            unary = new UnaryInfer(infer, call);
            submission = generator.submit(infer.request(false, call.timeout()));
        } catch (InvalidFieldException e) {
            call.fail(OipErrors.grpc(e.failure()));
            return;
        }
        submission
                .onSuccess(answer -> call.guard(() -> unary.submitted(answer)))
                .onFailure(call::fail);
    }

    private void submitted(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            call.fail(OipErrors.grpc(refused.failure()));
        } else if (submission instanceof Submission.Admitted admitted) {
            collect(admitted.stream());
        }
    }

    private void collect(GenerationStream stream) {
        call.onUnfinished(stream::cancel);
        FinalPictures.of(stream)
                .onSuccess(outcome -> call.guard(() -> outcome.either(
                        complete -> complete(stream.accepted(), complete),
                        failure -> call.fail(OipErrors.grpc(failure)))))
                .onFailure(bug -> call.fail(stream.accepted().requestId(), bug));
    }

    private void complete(GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        Output.Result result = new Output.Result(
                accepted, complete.pictures(), complete.finished().nfe());
        // Written before the end and not with it: until the client has taken it all, the call has its deadline.
        call.send(WireTensors.response(infer, result).build()).onSuccess(v -> call.guard(call::complete));
    }
}
