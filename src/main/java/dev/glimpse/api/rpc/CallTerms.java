package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a call is held to.
 *
 * @param parser reads the request
 * @param maxDuration longest the call may live, whatever its timeout says; absent for no bound
 * @param work does, at once, what is done with each message
 */
public record CallTerms<Q extends Message>(
        RequestParser<Q> parser, Optional<Duration> maxDuration, Consumer<Runnable> work) {
    /** Terms of a call whose work nobody watches. */
    public CallTerms(RequestParser<Q> parser, Optional<Duration> maxDuration) {
        this(parser, maxDuration, Runnable::run);
    }

    CallTerms<Q> working(Consumer<Runnable> watched) {
        return new CallTerms<>(parser, maxDuration, watched);
    }
}
