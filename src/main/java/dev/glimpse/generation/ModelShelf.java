package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model versions of a running server: what is served, what is on its way in or out, and what could not be loaded.
 * Safe to call from any thread.
 *
 * <p>Streams end on the version they began with. A version is served from the moment that every device has it, and a
 * version that a device cannot load is served by none.
 */
public final class ModelShelf {
    private final Dispatcher dispatcher;
    private final Map<String, ModelState> others = new LinkedHashMap<>();
    private volatile ModelCatalog catalog;

    ModelShelf(ModelCatalog catalog, Dispatcher dispatcher) {
        this.catalog = catalog;
        this.dispatcher = dispatcher;
    }

    /** Where a model version stands. */
    public enum Standing {
        /** It is on its way onto the devices. */
        LOADING,
        /** Requests are served by it. */
        SERVING,
        /** Running streams end on it; no new ones begin. */
        LEAVING,
        /** It could not be loaded. */
        BROKEN
    }

    /**
     * A model version and where it stands.
     *
     * @param reason why it is broken; else empty
     */
    public record ModelState(String name, String version, Standing standing, String reason) {}

    /** The models that are served now. */
    ModelCatalog catalog() {
        return catalog;
    }

    /** Every model version, the served ones first and in order of preference. */
    public synchronized List<ModelState> states() {
        List<ModelState> states = new ArrayList<>();
        catalog.sources().forEach(s -> states.add(new ModelState(s.name(), s.version(), Standing.SERVING, "")));
        states.addAll(others.values());
        return states;
    }

    /**
     * Loads a version onto every device and serves it then, as the version that its name stands for if it is the first
     * of that name. The future fails, and the version is reported as broken, if a device cannot load it.
     *
     * @throws IllegalArgumentException if that version is here already, unless it is broken
     */
    public Future<Void> load(ModelSource source) {
        begin(source);
        return dispatcher
                .load(source)
                .onSuccess(v -> served(source))
                .onFailure(cause -> broken(source.name(), source.version(), String.valueOf(cause.getMessage())));
    }

    /** Reports a version that could not even be read. */
    public synchronized void broken(String name, String version, String reason) {
        others.put(name + "/" + version, new ModelState(name, version, Standing.BROKEN, reason));
    }

    private synchronized void begin(ModelSource source) {
        ModelState other = others.get(source.id());
        boolean served = catalog.find(source.name(), source.version()).isPresent();
        if (served || other != null && other.standing() != Standing.BROKEN) {
            throw new IllegalArgumentException("model: " + source.id() + " (expected: one that is not here)");
        }
        others.put(source.id(), new ModelState(source.name(), source.version(), Standing.LOADING, ""));
    }

    private synchronized void served(ModelSource source) {
        others.remove(source.id());
        catalog = catalog.with(source);
    }

    /**
     * Serves no more requests with a version, and takes it off the devices when its streams have ended, which is when
     * the future completes.
     *
     * @throws IllegalArgumentException if it is not served, or the only one that is
     */
    public Future<Void> unload(String name, String version) {
        ModelSource source = leave(name, version);
        return dispatcher
                .unload(source, new Failure.ModelNotFound(source.id(), catalog.ids()))
                .onComplete(v -> gone(source));
    }

    private synchronized ModelSource leave(String name, String version) {
        ModelSource source = require(name, version);
        catalog = catalog.without(source);
        others.put(source.id(), new ModelState(name, version, Standing.LEAVING, ""));
        return source;
    }

    private synchronized void gone(ModelSource source) {
        others.remove(source.id());
    }

    /**
     * Makes a version the one that its name stands for, and its name the default of requests that name none.
     *
     * @throws IllegalArgumentException if it is not served
     */
    public synchronized void prefer(String name, String version) {
        catalog = catalog.preferring(require(name, version));
    }

    private ModelSource require(String name, String version) {
        Optional<ModelSource> source = catalog.sources().stream()
                .filter(s -> s.name().equals(name) && s.version().equals(version))
                .findFirst();
        return source.orElseThrow(() -> new IllegalArgumentException(
                "model: " + name + "/" + version + " (expected: one of " + String.join(", ", catalog.ids()) + ")"));
    }
}
