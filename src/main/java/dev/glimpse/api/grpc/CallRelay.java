package dev.glimpse.api.grpc;

import com.google.protobuf.Message;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.Failure;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * The path of a stream's events to its client. It takes the next event only when those before have left, but for one
 * small one, so that what a slow client does not take is never made.
 *
 * @param <E> an event
 * @param <R> a message
 */
final class CallRelay<E, R extends Message> {
    /** A message so small may be on its way while the next one is made; a client that stalled costs more anyway. */
    private static final int SMALL_BYTES = 16 * 1024;

    private final StreamingCall<?, R> call;
    private final Source<E> source;
    private final Function<E, Told<R>> telling;
    private int unsent;
    private boolean waiting;
    private boolean due;
    private boolean going;

    private CallRelay(StreamingCall<?, R> call, Source<E> source, Function<E, Told<R>> telling) {
        this.call = call;
        this.source = source;
        this.telling = telling;
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
        CallRelay<E, R> relay = new CallRelay<>(call, source, telling);
        call.onUnfinished(source::cancel);
        relay.send(first);
    }

    private void send(R wire) {
        boolean ahead = unsent == 0 && wire.getSerializedSize() <= SMALL_BYTES;
        waiting = !ahead;
        unsent++;
        // A lost client has ended the call already, so a failed write needs no answer.
        call.send(wire).onSuccess(v -> left());
        if (ahead) {
            goOn();
        }
    }

    private void left() {
        unsent--;
        if (waiting && unsent == 0) {
            waiting = false;
            goOn();
        }
    }

    /*
     * A write and an event may both be complete before they return. The flag turns that recursion, whose depth would be
     * the number of events at hand, into this loop.
     */
    private void goOn() {
        due = true;
        if (going) {
            return;
        }
        going = true;
        while (due) {
            due = false;
            call.guard(this::pull);
        }
        going = false;
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
        } else {
            throw new AssertionError("event that is not told: " + told);
        }
    }
}
