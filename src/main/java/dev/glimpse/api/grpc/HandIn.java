package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** The way of a call's one request into the core. */
final class HandIn {
    private HandIn() {}

    /**
     * Hands a request in, and ends the call if there is no answer to it.
     *
     * @param asking reads the request and hands it in, given how long the client waits
     * @param begin takes the answer; returns the refusal, if it is one
     */
    static <A, R extends Message> void to(
            Generator generator,
            Function<Optional<Duration>, Future<A>> asking,
            StreamingCall<?, R> call,
            Function<A, Optional<Failure>> begin) {
        Future<A> submission;
        try {
            Duration max = generator.limits().maxDuration();
            Optional<Duration> timeout = call.timeout().map(asked -> asked.compareTo(max) < 0 ? asked : max);
            submission = asking.apply(timeout);
        } catch (InvalidFieldException e) {
            call.fail(GrpcErrors.of(e));
            return;
        }
        submission
                .onSuccess(answer ->
                        call.guard(() -> begin.apply(answer).ifPresent(failure -> call.fail(GrpcErrors.of(failure)))))
                .onFailure(bug -> call.guard(() -> {
                    throw new IllegalStateException("the request could not be submitted", bug);
                }));
    }
}
