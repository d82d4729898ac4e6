package dev.glimpse.api;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A stream whose events a test gives, and which records what its reader does. Safe to use from any thread. */
public final class ScriptedStream implements GenerationStream {
    private final GenerationEvent.Accepted accepted;
    private final Queue<GenerationEvent> events = new ArrayDeque<>();
    private final AtomicInteger pauses = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private volatile Future<Optional<Failure>> proceeding = Future.succeededFuture(Optional.empty());
    private @Nullable Waiting waiting;

    private record Waiting(Context context, Promise<GenerationEvent> promise) {
        void give(GenerationEvent event) {
            context.runOnContext(v -> promise.complete(event));
        }
    }

    public ScriptedStream(GenerationEvent.Accepted accepted) {
        this.accepted = accepted;
    }

    /** Adds an event behind those that were not taken yet. */
    public synchronized ScriptedStream emit(GenerationEvent event) {
        if (waiting != null) {
            waiting.give(event);
            waiting = null;
        } else {
            events.add(event);
        }
        return this;
    }

    /** Breaks the contract the way a bug would: what the reader waits for fails. */
    public synchronized void breakDown(Throwable cause) {
        Waiting reader = waiting;
        waiting = null;
        reader.context.runOnContext(v -> reader.promise.fail(cause));
    }

    /** How often the reader asked for an event. */
    public int asked() {
        return asked.get();
    }

    /** Completes once the reader has cancelled. */
    public CompletableFuture<Void> cancelled() {
        return cancelled;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public synchronized Future<GenerationEvent> next() {
        if (waiting != null) {
            throw new IllegalStateException("asked again before the answer");
        }
        asked.incrementAndGet();
        Waiting reader = new Waiting(Vertx.currentContext(), Promise.promise());
        GenerationEvent event = events.poll();
        if (event != null) {
            reader.give(event);
        } else {
            waiting = reader;
        }
        return reader.promise().future();
    }

    /** How often the reader paused it, less how often it let it go on. */
    public int pauses() {
        return pauses.get();
    }

    @Override
    public void pause() {
        pauses.incrementAndGet();
    }

    @Override
    public Future<Optional<Failure>> proceed() {
        pauses.decrementAndGet();
        Future<Optional<Failure>> answer = proceeding;
        Context caller = Vertx.currentContext();
        // A test that has no context is a single thread.
        if (answer.isComplete() || caller == null) {
            return answer;
        }
        Promise<Optional<Failure>> later = Promise.promise();
        answer.onSuccess(failure -> caller.runOnContext(v -> later.complete(failure)));
        return later.future();
    }

    /** From now on this is the answer to a reader that lets it go on. */
    public void answerProceeding(Future<Optional<Failure>> answer) {
        proceeding = answer;
    }

    @Override
    public synchronized void cancel() {
        if (cancelled.complete(null)) {
            events.clear();
            emit(new GenerationEvent.Failed(new Failure.Cancelled()));
        }
    }
}
