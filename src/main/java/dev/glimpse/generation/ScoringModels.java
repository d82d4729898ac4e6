package dev.glimpse.generation;

import dev.glimpse.scheduler.DeviceShare;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * The models whose likelihoods are served, each with a share of the devices' time for them. Confined to the
 * dispatcher's context.
 */
final class ScoringModels {
    private final DeviceShare share;
    private final DoubleSupplier weight;

    /** What is told when the last request of one that leaves has ended. */
    private final Map<String, Promise<Void>> served = new HashMap<>();

    private final Map<String, Failure> leaving = new HashMap<>();

    /** @param weight of a model's likelihoods in the share, where a lane has its own */
    ScoringModels(DeviceShare share, DoubleSupplier weight) {
        this.share = share;
        this.weight = weight;
    }

    /** The name under which a model's likelihoods share the devices' time: with its second slash no model's. */
    static String shareId(String modelId) {
        return modelId + "/scores";
    }

    /** Serves a model from now on. */
    void add(String modelId) {
        share.add(shareId(modelId), weight);
        served.put(modelId, Promise.promise());
    }

    Set<String> ids() {
        return Set.copyOf(served.keySet());
    }

    boolean serves(String modelId) {
        return served.containsKey(modelId);
    }

    /** Why nothing is admitted for a model, if so. */
    Optional<Failure> refusal(String modelId) {
        if (leaving.containsKey(modelId)) {
            return Optional.of(leaving.get(modelId));
        }
        return serves(modelId)
                ? Optional.empty()
                : Optional.of(new Failure.ModelNotFound(modelId, List.copyOf(served.keySet())));
    }

    /** Takes time of a device for a model, unless it has left meanwhile. */
    void charge(String modelId, long nanos) {
        if (serves(modelId)) {
            share.charge(shareId(modelId), nanos);
        }
    }

    /** Lets the devices' time pass for a model, of which nothing computes now. */
    void rest(String modelId) {
        share.rest(shareId(modelId));
    }

    /** Admits nothing more for a model; completes once it is told to be {@link #empty}. */
    Future<Void> leave(String modelId, Failure refusal) {
        Promise<Void> gone = served.get(modelId);
        if (gone == null) {
            return Future.succeededFuture();
        }
        leaving.put(modelId, refusal);
        return gone.future();
    }

    /** No request of a model is there any more; it leaves now if it is to. */
    void empty(String modelId) {
        Promise<Void> gone = served.get(modelId);
        if (gone == null) {
            return;
        }
        rest(modelId);
        if (leaving.remove(modelId) != null) {
            served.remove(modelId);
            share.remove(shareId(modelId));
            gone.complete();
        }
    }
}
