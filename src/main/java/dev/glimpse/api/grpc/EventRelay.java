package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;

/**
 * The path of a stream's events to its client. It takes the next event only when the one before has left, so that what
 * a slow client does not take is never made.
 *
 * @param <E> an event
 * @param <R> a message
 */
final class EventRelay<E, R extends Message> {
    private final StreamingCall<?, R> call;
    private final Source<E> source;
    private final Function<E, Told<R>> telling;
    private final Context context;

    private EventRelay(StreamingCall<?, R> call, Source<E> source, Function<E, Told<R>> telling) {
        this.call = call;
        this.source = source;
        this.telling = telling;
        this.context = Vertx.currentContext();
    }

    /** A stream. */
    interface Source<E> {
        /** Names the request in the log. */
        String requestId();

        Future<E> next();

        void cancel();
    }

    /** What an event is to the client. */
    sealed interface Told<R> {
        /** A message, and there are more. */
        record More<R>(R message) implements Told<R> {}

        /** The last message. */
        record Last<R>(R message) implements Told<R> {}

        /** The end without a last message. */
        record Failed<R>(Failure failure) implements Told<R> {}
    }

    /**
     * Sends a first message, and then every event of a stream until its end.
     *
     * @param telling writes an event as a message
     */
    static <E, R extends Message> void send(
            StreamingCall<?, R> call, R first, Source<E> source, Function<E, Told<R>> telling) {
        EventRelay<E, R> relay = new EventRelay<>(call, source, telling);
        call.onUnfinished(source::cancel);
        relay.send(first);
    }

    private void send(R wire) {
        // A lost client has ended the call already, so a failed write needs no answer. The next event is taken in a
        // turn
        // of its own: were both futures complete already, a long run of events would nest a frame deeper for each.
        call.send(wire).onSuccess(v -> context.runOnContext(turn -> call.guard(this::pull)));
    }

    private void pull() {
        source.next()
                .onSuccess(event -> call.guard(() -> deliver(telling.apply(event))))
                .onFailure(bug -> call.fail(source.requestId(), bug));
    }

    private void deliver(Told<R> told) {
        if (told instanceof Told.More<R> more) {
            send(more.message());
        } else if (told instanceof Told.Last<R> last) {
            call.complete(last.message());
        } else if (told instanceof Told.Failed<R> failed) {
            call.fail(GrpcErrors.of(failed.failure()));
        }
    }
}
