package dev.glimpse.api;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;

/** A stream whose events a test decides, from any thread. */
public final class ScriptedStream implements GenerationStream {
    private final GenerationEvent.Accepted accepted;
    private final Promise<Void> cancelled = Promise.promise();
    private final Deque<GenerationEvent> events = new ArrayDeque<>();
    private Promise<GenerationEvent> asking;
    private Context askingContext;
    private int asked;

    public ScriptedStream(GenerationEvent.Accepted accepted) {
        this.accepted = accepted;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public synchronized Future<GenerationEvent> next() {
        if (asking != null) {
            throw new IllegalStateException("asked twice");
        }
        asked++;
        GenerationEvent event = events.poll();
        if (event != null) {
            return Future.succeededFuture(event);
        }
        asking = Promise.promise();
        askingContext = Vertx.currentContext();
        return asking.future();
    }

    @Override
    public void cancel() {
        if (cancelled.tryComplete()) {
            synchronized (this) {
                events.clear();
            }
            emit(new GenerationEvent.Failed(new Failure.Cancelled()));
        }
    }

    /** Gives the event to whoever asks next. */
    public synchronized void emit(GenerationEvent event) {
        if (asking == null) {
            events.add(event);
            return;
        }
        Promise<GenerationEvent> waiting = asking;
        asking = null;
        askingContext.runOnContext(nothing -> waiting.complete(event));
    }

    /** Breaks the contract the way a bug would: a waiting next() fails. */
    public synchronized void breakDown(Throwable cause) {
        Promise<GenerationEvent> waiting = asking;
        asking = null;
        askingContext.runOnContext(nothing -> waiting.fail(cause));
    }

    /** Completes when this stream is cancelled. */
    public Future<Void> cancelled() {
        return cancelled.future();
    }

    /** How often next() was called. */
    public synchronized int asked() {
        return asked;
    }
}
