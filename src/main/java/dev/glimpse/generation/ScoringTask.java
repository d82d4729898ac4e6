package dev.glimpse.generation;

import dev.glimpse.model.ModelSpec;
import java.time.Duration;

/**
 * A request for likelihoods with every choice made, ready to be admitted.
 *
 * @param modelId the model's "name/version"
 * @param spec the model's
 * @param requestId names the request
 * @param served the model as the client is told of it
 * @param nfe network evaluations that it takes for certain
 * @param timeout how long it may live from its submission
 */
record ScoringTask(
        String modelId,
        ModelSpec spec,
        String requestId,
        ServedModel served,
        Scorer.Work work,
        long nfe,
        Duration timeout) {}
