package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/**
 * What every lane of a dispatcher uses.
 *
 * @param context the dispatcher's, on which lanes live
 * @param encoders where pictures become bytes, away from the event loops and the devices
 * @param cache pictures made before
 * @param changed called when there is something new to dispatch
 * @param listener hears what they do
 */
record Stage(
        Vertx vertx,
        Context context,
        GenerationSettings settings,
        WorkerExecutor encoders,
        PictureCache cache,
        Runnable changed,
        GenerationListener listener) {}
