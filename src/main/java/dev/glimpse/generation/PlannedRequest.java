package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import java.time.Duration;

/**
 * A request with every choice made, ready to be admitted.
 *
 * @param spec the model's
 * @param accepted what the client is told if it is admitted
 * @param count trajectories
 * @param format layout of every picture's bytes
 * @param timeout how long it may live from its submission
 * @param edit what every trajectory is held to
 */
record PlannedRequest(
        ModelSpec spec,
        GenerationEvent.Accepted accepted,
        int count,
        ImageFormat format,
        Duration timeout,
        Edit edit) {}
