package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions of a running server: what is served, what is on its way in or out, and what could not be loaded.
 * Safe to call from any thread.
 *
 * <p>Streams end on the version they began with. A version is served from the moment that every device has it, and a
 * version that a device cannot load is served by none.
 */
public final class ModelShelf {
    private static final Logger LOG = LoggerFactory.getLogger(ModelShelf.class);

    private final Dispatcher dispatcher;
    private final Map<String, Entry> others = new LinkedHashMap<>();
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

    /**
     * A model version with where it comes from.
     *
     * @param source absent if it could not be read
     */
    record Entry(ModelState state, Optional<ModelSource> source) {
        static Entry of(ModelSource source, Standing standing) {
            return new Entry(new ModelState(source.name(), source.version(), standing, ""), Optional.of(source));
        }
    }

    /** The models that are served now. */
    ModelCatalog catalog() {
        return catalog;
    }

    /** Every model version, the served ones first and in order of preference. */
    public List<ModelState> states() {
        return entries().stream().map(Entry::state).toList();
    }

    /** The same with where they come from. */
    synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        catalog.sources().forEach(source -> entries.add(Entry.of(source, Standing.SERVING)));
        entries.addAll(others.values());
        return entries;
    }

    /** Whether a version is loading, served or leaving. */
    synchronized boolean holds(String name, String version) {
        return entries().stream()
                .map(Entry::state)
                .anyMatch(state -> state.name().equals(name)
                        && state.version().equals(version)
                        && state.standing() != Standing.BROKEN);
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
                .load(source, 1)
                .onSuccess(v -> served(source))
                .onFailure(cause -> broken(source, String.valueOf(cause.getMessage())));
    }

    /** Reports a version that could not even be read; without effect if it is here, read at an earlier time. */
    public synchronized void broken(String name, String version, String reason) {
        if (!holds(name, version)) {
            LOG.error("{}/{} is broken and not served: {}", name, version, reason);
            others.put(
                    name + "/" + version,
                    new Entry(new ModelState(name, version, Standing.BROKEN, reason), Optional.empty()));
        }
    }

    /**
     * Reports a version that was served, or should be at first, and cannot be loaded; false, without effect, for the
     * last one. One that leaves goes on to leave.
     */
    synchronized boolean withdrawn(ModelSource source, String reason) {
        if (!catalog.sources().contains(source)) {
            LOG.error("{} cannot be loaded while it leaves: {}", source.id(), reason);
            return true;
        }
        if (catalog.sources().size() == 1) {
            return false;
        }
        catalog = catalog.without(source);
        broken(source, reason);
        return true;
    }

    private synchronized void broken(ModelSource source, String reason) {
        LOG.error("{} is broken and not served: {}", source.id(), reason);
        ModelState state = new ModelState(source.name(), source.version(), Standing.BROKEN, reason);
        others.put(source.id(), new Entry(state, Optional.of(source)));
    }

    private synchronized void begin(ModelSource source) {
        if (holds(source.name(), source.version())) {
            throw new ShelfRefusal.RefusedException(new ShelfRefusal.AlreadyHere(source.id()));
        }
        others.put(source.id(), Entry.of(source, Standing.LOADING));
    }

    private synchronized void served(ModelSource source) {
        others.remove(source.id());
        catalog = catalog.with(source);
    }

    /**
     * Serves no more requests with a version, and takes it off the devices when its streams have ended, which is when
     * the future completes. A broken one is forgotten.
     *
     * @throws IllegalArgumentException if it is neither served nor broken, or the only one that is served
     */
    public Future<Void> unload(String name, String version) {
        if (forgotten(name + "/" + version)) {
            return Future.succeededFuture();
        }
        ModelSource source = leave(name, version);
        return dispatcher
                .unload(source, new Failure.ModelNotFound(source.id(), catalog.ids()))
                .onComplete(v -> gone(source));
    }

    private synchronized boolean forgotten(String id) {
        Entry entry = others.get(id);
        return entry != null && entry.state().standing() == Standing.BROKEN && others.remove(id, entry);
    }

    private synchronized ModelSource leave(String name, String version) {
        ModelSource source = require(name, version);
        if (catalog.sources().size() == 1) {
            throw new ShelfRefusal.RefusedException(new ShelfRefusal.LastOne(source.id()));
        }
        catalog = catalog.without(source);
        others.put(source.id(), Entry.of(source, Standing.LEAVING));
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
        String id = name + "/" + version;
        return source.orElseThrow(() -> new ShelfRefusal.RefusedException(new ShelfRefusal.Unknown(
                id, "model: " + id + " (expected: one of " + String.join(", ", catalog.ids()) + ")")));
    }
}
