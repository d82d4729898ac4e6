package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The way of a call's request into the core: what is refused ends the call. */
final class Submissions {
    private Submissions() {}

    /**
     * Hands a request in, and its stream on once it is admitted.
     *
     * @param request the message that brought it
     * @param handingIn reads the request and submits it, told how long the client waits
     */
    static void submit(
            StreamingCall<?, ?> call,
            Message request,
            Function<Optional<Duration>, Future<Submission>> handingIn,
            Consumer<GenerationStream> admitted) {
        ask(call, request, handingIn, answer -> {
            if (answer instanceof Submission.Refused refused) {
                return Optional.of(refused.failure());
            }
            admitted.accept(((Submission.Admitted) answer).stream());
            return Optional.empty();
        });
    }

    /**
     * Hands a request in that is not one for pictures.
     *
     * @param request the message that brought it
     * @param handingIn reads the request and submits it, told how long the client waits
     * @param taking takes the answer; returns the failure, if it is a refusal
     */
    static <A> void ask(
            StreamingCall<?, ?> call,
            Message request,
            Function<Optional<Duration>, Future<A>> handingIn,
            Function<A, Optional<Failure>> taking) {
        Future<A> submission;
        try {
            submission = handingIn.apply(call.timeout());
        } catch (InvalidFieldException e) {
            call.fail(GrpcErrors.of(e.failure(), request));
            return;
        }
        submission
                .onSuccess(answer -> call.guard(
                        () -> taking.apply(answer).ifPresent(failure -> call.fail(GrpcErrors.of(failure, request)))))
                .onFailure(call::fail);
    }
}
