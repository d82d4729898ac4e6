package dev.glimpse.generation;

import java.util.Optional;

/**
 * Whether and how a server computes likelihoods.
 *
 * @param scorer absent: it does not
 */
public record Scoring(Optional<Scorer> scorer, ScoringSettings settings) {
    /** No likelihoods. */
    public static final Scoring NONE = new Scoring(Optional.empty(), new ScoringSettings(1, 1, 1, 1, 1, 1, 1));
}
