package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator may do to the models of a running server, the same through every door; a refusal is an answer, not
 * an exception. Safe to call from any thread.
 */
public final class ShelfKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ShelfKeeper.class);

    private final Vertx vertx;
    private final ModelShelf shelf;
    private final Store store;

    /** Where models are kept. */
    @FunctionalInterface
    public interface Store {
        /**
         * Reads a version; may block.
         *
         * @return empty if there is none
         * @throws RuntimeException saying what is wrong with it
         */
        Optional<ModelSource> find(String name, String version);
    }

    public ShelfKeeper(Vertx vertx, ModelShelf shelf, Store store) {
        this.vertx = vertx;
        this.shelf = shelf;
        this.store = store;
    }

    /**
     * Reads a version from the store, loads it onto every device and serves it then.
     *
     * @return once it is served: nothing, or why it is not. It never fails.
     */
    public Future<Optional<ShelfRefusal>> load(String name, String version) {
        String id = name + "/" + version;
        if (shelf.holds(name, version)) {
            return Future.succeededFuture(Optional.of(new ShelfRefusal.AlreadyHere(id)));
        }
        return vertx.executeBlocking(() -> store.find(name, version), false)
                .onFailure(cause -> shelf.broken(name, version, String.valueOf(cause.getMessage())))
                .compose(found -> found.map(shelf::load)
                        .orElseThrow(() -> new ShelfRefusal.RefusedException(
                                new ShelfRefusal.Unknown(id, "model: " + id + " (expected: one that is kept here)"))))
                .map(v -> Optional.<ShelfRefusal>empty())
                .otherwise(cause -> Optional.of(refusal(id, cause)));
    }

    private static ShelfRefusal refusal(String id, Throwable cause) {
        return cause instanceof ShelfRefusal.RefusedException refused
                ? refused.refusal()
                : new ShelfRefusal.Unloadable(id, String.valueOf(cause.getMessage()));
    }

    /** Serves no more requests with a version; its streams may take their time to end on it. Forgets a broken one. */
    public Optional<ShelfRefusal> unload(String name, String version) {
        return change(() -> shelf.unload(name, version)
                .onFailure(cause -> LOG.error("{}/{} could not be taken off every device", name, version, cause)));
    }

    /** Makes a version the one that its name stands for, and its name the default. */
    public Optional<ShelfRefusal> prefer(String name, String version) {
        return change(() -> shelf.prefer(name, version));
    }

    private static Optional<ShelfRefusal> change(Runnable change) {
        try {
            change.run();
            return Optional.empty();
        } catch (ShelfRefusal.RefusedException e) {
            return Optional.of(e.refusal());
        }
    }
}
