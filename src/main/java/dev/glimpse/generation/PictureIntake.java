package dev.glimpse.generation;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where pictures that clients send are read and resized: off the event loops, and on threads of their own, so that no
 * frame waits behind a picture of somebody who may not even be admitted. Tenants take turns, and whoever comes when all
 * places are taken gets one of the tenant that has most, so that nobody keeps others out. Any thread.
 */
final class PictureIntake {
    /** Requests that may wait to be read, those that are read included; a large picture takes a tenth of a second. */
    static final int MOST = 64;

    private static final Failure FULL = new Failure.Overloaded(Duration.ofSeconds(1));

    private final Vertx vertx;
    private final int threads;
    private final WorkerExecutor readers;

    /** What waits of each tenant that has something here; the one whose turn it is comes first. */
    private final Map<String, Deque<Reading<?>>> waiting = new LinkedHashMap<>();

    private final List<Reading<?>> running = new ArrayList<>();
    private boolean closed;

    PictureIntake(Vertx vertx, int threads) {
        this.vertx = vertx;
        this.threads = threads;
        readers = vertx.createSharedWorkerExecutor("picture-readers", threads);
    }

    /** A request's pictures that are to be read, and who waits for what comes of it. */
    private record Reading<T>(Supplier<T> action, Function<Failure, T> refused, Context caller, Promise<T> answer) {
        Future<T> run(WorkerExecutor readers) {
            return readers.executeBlocking(action::get, false);
        }

        void answer(AsyncResult<T> done) {
            caller.runOnContext(v -> {
                if (done.succeeded()) {
                    answer.tryComplete(done.result());
                } else {
                    answer.tryFail(done.cause());
                }
            });
        }

        void refuse(Failure failure) {
            caller.runOnContext(v -> answer.tryComplete(refused.apply(failure)));
        }
    }

    /**
     * Resolves a request, on the caller's thread where that takes no time.
     *
     * @param pictures whether pictures are read and resized for it, which no event loop should wait for
     */
    Future<Resolution> resolve(boolean pictures, Client client, Supplier<Resolution> resolving) {
        if (!pictures) {
            return Future.succeededFuture(resolving.get());
        }
        // How much it asks for is known once it is planned; without this much nothing that is read would be of use.
        Budget budget = client.budget();
        Optional<Failure> exceeded = budget.begin(1, 1);
        return exceeded.isPresent()
                ? Future.succeededFuture(new Resolution.Refused(exceeded.get()))
                : read(client.tenant(), resolving, Resolution.Refused::new).onComplete(done -> budget.end(1, 1));
    }

    /**
     * What comes of reading a request's pictures, on the caller's context.
     *
     * @param tenant whose turn it takes
     * @param refused makes the answer to one that finds no place or loses it, or that is not read before this closes
     */
    synchronized <T> Future<T> read(String tenant, Supplier<T> action, Function<Failure, T> refused) {
        if (closed) {
            return Future.succeededFuture(refused.apply(Dispatcher.shuttingDown()));
        }
        if (places() == MOST && !makePlace(tenant)) {
            return Future.succeededFuture(refused.apply(FULL));
        }
        Reading<T> reading = new Reading<>(action, refused, vertx.getOrCreateContext(), Promise.promise());
        waiting.computeIfAbsent(tenant, key -> new ArrayDeque<>()).add(reading);
        startSome();
        return reading.answer().future();
    }

    private int places() {
        return running.size() + waiting.values().stream().mapToInt(Deque::size).sum();
    }

    /** Whether a tenant may have a place more, as another one had to give up its last. */
    private boolean makePlace(String tenant) {
        Deque<Reading<?>> most = waiting.values().stream()
                .max(Comparator.comparingInt(Deque::size))
                .orElseGet(ArrayDeque::new);
        int own = Optional.ofNullable(waiting.get(tenant)).map(Deque::size).orElse(0);
        boolean unfair = most.size() > own + 1;
        if (unfair) {
            most.removeLast().refuse(FULL);
        }
        return unfair;
    }

    private void startSome() {
        while (running.size() < threads && !waiting.isEmpty()) {
            start(next());
        }
    }

    /** The next one of the tenant whose turn it is; its next turn comes after those of all others. */
    private Reading<?> next() {
        String tenant = waiting.keySet().iterator().next();
        Deque<Reading<?>> own = waiting.remove(tenant);
        Reading<?> next = own.remove();
        if (!own.isEmpty()) {
            waiting.put(tenant, own);
        }
        return next;
    }

    private <T> void start(Reading<T> reading) {
        running.add(reading);
        reading.run(readers).onComplete(done -> {
            ended(reading);
            reading.answer(done);
        });
    }

    private synchronized void ended(Reading<?> reading) {
        running.remove(reading);
        startSome();
    }

    /** Refuses at once whatever waits, and does not wait for what is being read. */
    synchronized Future<Void> close() {
        closed = true;
        waiting.values().forEach(own -> own.forEach(reading -> reading.refuse(Dispatcher.shuttingDown())));
        waiting.clear();
        running.forEach(reading -> reading.refuse(Dispatcher.shuttingDown()));
        return readers.close();
    }
}
