package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait to leave over one connection, written one after the other.
 *
 * <p>The next message is written only when the network has taken the one before, so a client that doesn't read holds
 * one message in flight and not a buffer that grows. Messages leave in the order they came; as long as each generation
 * waits for its message to be written before it offers the next, that is a round robin over the generations.
 *
 * <p>Confined to the connection's context.
 *
 * @param <M> a message
 */
public final class Outbox<M> {
    private final Function<M, Future<Void>> writer;
    private final Runnable broken;
    private final Deque<Entry<M>> waiting = new ArrayDeque<>();
    private boolean writing;
    private boolean draining;
    private boolean closed;

    /**
     * @param writer writes one message; its future completes when the network has taken it
     * @param broken called when a write failed, which means that the client is gone
     */
    public Outbox(Function<M, Future<Void>> writer, Runnable broken) {
        this.writer = writer;
        this.broken = broken;
    }

    /** Writes the message when its turn comes, then runs {@code written}; after {@link #close} it does neither. */
    public void offer(M message, Runnable written) {
        if (!closed) {
            waiting.add(new Entry<>(message, written));
            drain();
        }
    }

    /** Forgets what waits. */
    public void close() {
        closed = true;
        waiting.clear();
    }

    /*
     * A write may complete before it returns and "written" may offer the next message at once. The flag turns that
     * recursion, whose depth would be the number of events at hand, into this loop.
     */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!writing && !closed) {
                @Nullable Entry<M> next = waiting.poll();
                if (next == null) {
                    return;
                }
                write(next);
            }
        } finally {
            draining = false;
        }
    }

    private void write(Entry<M> entry) {
        writing = true;
        writer.apply(entry.message()).onComplete(written -> {
            writing = false;
            if (closed) {
                return;
            }
            if (written.failed()) {
                broken.run();
                return;
            }
            entry.written().run();
            drain();
        });
    }

    private record Entry<M>(M message, Runnable written) {}
}
