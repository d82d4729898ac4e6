package dev.glimpse.generation;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * How models leave the devices: when their streams have ended, or at once. Confined to the dispatcher's context.
 *
 * @param lanes of all models
 * @param scores their likelihoods
 * @param cache of pictures, which forgets a model that has left
 */
record Departures(Lanes lanes, ScoringDesk scores, Devices devices, PictureCache cache) {
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Lets a model's streams end, however long they take, and then takes it off the devices. */
    Future<Void> unload(ModelSource source, Failure refusal) {
        return Future.join(lanes.drain(source.id(), refusal, Optional.empty()), scores.leave(source.id(), refusal))
                .compose(v -> devices.unload(source.id()))
                .onComplete(v -> forget(source));
    }

    /** Ends the streams of a model whose files have changed: the next worker could not go on with it. */
    void withdraw(ModelSource source) {
        Failure ended = new Failure.Unavailable(source.id() + " is withdrawn, as its files have changed", RETRY);
        lanes.drain(source.id(), ended, Optional.of(Duration.ZERO));
        scores.end(source.id(), ended);
        devices.unload(source.id()).onComplete(v -> forget(source));
    }

    private void forget(ModelSource source) {
        cache.forget(source.name(), source.version());
    }
}
