package dev.glimpse.generation;

import dev.glimpse.model.DifferentiableDenoiser;
import java.util.List;
import java.util.OptionalDouble;

/** What computes the likelihood of pictures; the core lends it a model a turn of a device at a time. Thread-safe. */
public interface Scorer {
    /**
     * Scores pictures, which takes seconds to minutes, on the thread that calls.
     *
     * @param denoiser waits for its turn of a device at each evaluation; throws when nobody waits for the scores any
     *     more, which has to pass through. Stays the caller's
     * @param progress told after each evaluation
     * @throws InvalidFieldException if the pictures cannot be scored as the client wants it
     */
    Scores score(DifferentiableDenoiser denoiser, Work work, Progress progress);

    /**
     * What is to be scored.
     *
     * @param pictures at least one; a picture's noise depends on its place among them
     * @param seed key of all noise
     */
    record Work(List<Picture> pictures, ScoringMethod method, long seed) {
        public Work {
            pictures = List.copyOf(pictures);
        }
    }

    /**
     * A picture of the model's shape.
     *
     * @param pixels 8-bit values, [C, H, W] flattened; not written to
     * @param label class index, or -1 for none
     */
    record Picture(byte[] pixels, int label) {}

    /** Hears how it goes, on the thread that scores. */
    @FunctionalInterface
    interface Progress {
        /**
         * The network was evaluated.
         *
         * @param pictures for how many of them
         * @param share of the whole way that is done, 0..1
         */
        void evaluated(int pictures, double share);
    }

    /**
     * The likelihoods.
     *
     * @param pictures in the order of the work's
     * @param bitsPerDimension mean over the pictures
     * @param probeError standard error of that mean, had other probes been drawn; empty where a picture has one alone
     * @param pictureError the same, had other pictures of their kind been scored; empty for a single one
     */
    record Scores(
            List<PictureScore> pictures,
            double bitsPerDimension,
            OptionalDouble probeError,
            OptionalDouble pictureError) {
        public Scores {
            pictures = List.copyOf(pictures);
        }
    }

    /**
     * The likelihood of one picture.
     *
     * @param bitsPerDimension mean over the probes, or passes
     * @param standardError of that mean; empty for a single one
     * @param priorLogDensity of the noise that the picture comes from, in nats
     * @param logDeterminant what the way there adds, in nats
     * @param evaluations of the network
     */
    record PictureScore(
            double bitsPerDimension,
            OptionalDouble standardError,
            double priorLogDensity,
            double logDeterminant,
            int evaluations) {}
}
