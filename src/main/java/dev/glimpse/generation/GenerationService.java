package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** The server's core: admits requests and runs their steps on the devices. Safe to call from any thread. */
public final class GenerationService implements Generator {
    private GenerationService() {}

    /**
     * Loads and warms up every model on every worker; the service is ready when the future succeeds. It fails with the
     * loader's own exception when a model cannot be loaded, and then nothing is left running.
     */
    public static Future<GenerationService> start(Vertx vertx, ModelCatalog catalog, GenerationSettings settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ServedModel> models() {
        throw new UnsupportedOperationException();
    }

    @Override
    public GenerationLimits limits() {
        throw new UnsupportedOperationException();
    }

    /**
     * Refuses new requests, lets running streams end within the grace period, fails the rest with
     * {@link Failure.Unavailable}, and releases the devices. Any number of times; close before the Vert.x instance.
     */
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }
}
