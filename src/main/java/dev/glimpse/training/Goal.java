package dev.glimpse.training;

import static dev.glimpse.training.TrainingRecipe.require;

import org.jspecify.annotations.Nullable;

/** What a network learns. */
public sealed interface Goal {
    /** The noise levels at which its denoiser learns. */
    NoiseLevels noise();

    /**
     * The denoiser g(x, t, t) alone: a teacher (EDM paper).
     *
     * @param noise the levels it learns at
     */
    record Denoiser(NoiseLevels noise) implements Goal {}

    /**
     * Jumps along a teacher's trajectories, and the denoiser beside them (CTM paper).
     *
     * @param noise levels of the denoising loss
     * @param knots that t, u and s are drawn from
     * @param solver what walks from t to u
     * @param distance what the two ends of the walk are compared by
     * @param clip whether the ends are clipped to [-1, 1] before they are compared and judged, as in the pictures that
     *     clients get; what lies beyond is then neither seen nor corrected
     * @param targetRate rate of the moving average that carries both ends to sigma_min
     * @param denoiserWeight factor on the balanced denoising loss; 0 leaves it out
     * @param newBranch how parameters start that the model to start from lacks
     * @param simulation how some jumps start where samplers get; null for none
     * @param adversarial the adversarial loss; null leaves it out
     */
    record Jumps(
            NoiseLevels noise,
            JumpKnots knots,
            Solver solver,
            Distance distance,
            boolean clip,
            double targetRate,
            double denoiserWeight,
            NewBranch newBranch,
            @Nullable Simulation simulation,
            @Nullable Adversarial adversarial)
            implements Goal {
        public Jumps {
            require(targetRate > 0 && targetRate < 1, "target_rate", targetRate, "between 0 and 1");
            require(denoiserWeight >= 0, "denoiser_weight", denoiserWeight, "at least 0");
            require(
                    simulation == null || simulation.jumps() < knots.count(),
                    "simulation.jumps",
                    simulation == null ? 0 : simulation.jumps(),
                    "less than knots, " + knots.count());
        }
    }

    /**
     * The knots that jumps lead between.
     *
     * @param count N, knots of the grid
     * @param maxSolverSteps M, most steps of the grid between t and u
     * @param wholeShare share of a batch that jumps the whole way, from the grid's first knot to its last
     * @param firstShare share of a batch that jumps from the first knot, where samplers begin, to one that is drawn
     * @param lastShare share of a batch that jumps from a knot that is drawn to the last, where samplers end; the three
     *     are at least 0 and together at most 1, and the rest of the batch draws both knots
     */
    record JumpKnots(int count, int maxSolverSteps, double wholeShare, double firstShare, double lastShare) {
        private static final String SHARE = "0 or more, and no more than the shares before it leave";

        public JumpKnots {
            require(count >= 2, "knots", count, "at least 2");
            require(
                    maxSolverSteps >= 1 && maxSolverSteps < count,
                    "max_solver_steps",
                    maxSolverSteps,
                    "1.." + (count - 1));
            require(fits(0, wholeShare), "whole_share", wholeShare, "0..1");
            require(fits(wholeShare, firstShare), "first_share", firstShare, SHARE);
            require(fits(wholeShare + firstShare, lastShare), "last_share", lastShare, SHARE);
        }

        /** Whether a share goes with those before it; decimals of 1 may add up to a little more in binary. */
        private static boolean fits(double before, double share) {
            return share >= 0 && before + share <= 1 + 1e-9;
        }
    }

    /**
     * Jumps that start where samplers get, rather than at pictures of the data with noise (backward simulation; Yin et
     * al., 2024, Improved Distribution Matching Distillation, section 4.5): the moving average leads there from the
     * first knot, without gradients, so that what a sampler's earlier steps leave wrong is seen and judged.
     *
     * @param share of the rows, of those whose jump starts after the first knot
     * @param jumps most jumps that lead to the start; their number is uniform, one for a batch, and their knots are as
     *     far apart from each other as can be
     */
    record Simulation(double share, int jumps) {
        public Simulation {
            require(share >= 0 && share <= 1, "share", share, "0..1");
            require(jumps >= 1, "jumps", jumps, "at least 1");
        }
    }

    /**
     * Where a denoiser's noise levels come from: ln(sigma) ~ N(logMean, logStd^2) for most of a batch (EDM paper, table
     * 1), and for the rest uniform over the noisy 70 % of the Karras grid, as the official CTM code adds them.
     *
     * @param wideShare share of a batch that is drawn from the grid, in [0, 1]
     */
    record NoiseLevels(double logMean, double logStd, double wideShare) {
        public NoiseLevels {
            require(logStd > 0, "log_std", logStd, "more than 0");
            require(wideShare >= 0 && wideShare <= 1, "wide_share", wideShare, "0..1");
        }
    }

    /** What walks from t to u. */
    enum Solver {
        /** Heun steps with the teacher's denoiser. */
        HEUN,
        /** One jump of the moving average; no teacher. */
        SELF_DIRECT,
        /** Jumps of the moving average from knot to knot; no teacher. */
        SELF_ITERATIVE
    }

    /** How parameters start that the model to start from lacks: those of the second time s. */
    enum NewBranch {
        /** As the network's definition starts them, like the official code. */
        RANDOM,
        /** So that s has no effect at first, and the student starts as the teacher's denoiser. */
        NEUTRAL
    }

    /** What the two ends of a walk are compared by. */
    sealed interface Distance {
        /**
         * Mean of squared differences.
         *
         * @param resize side that pictures are resized to, mapped to [0, 1]; 0 compares them as they are
         */
        record SquaredError(int resize) implements Distance {
            public SquaredError {
                require(resize >= 0, "resize", resize, "at least 0");
            }
        }

        /**
         * sqrt(|a - b|^2 + c^2) - c (Song and Dhariwal, 2023).
         *
         * @param c where it turns from squared into plain distance, more than 0
         */
        record PseudoHuber(double c) implements Distance {
            public PseudoHuber {
                require(c > 0, "c", c, "more than 0");
            }
        }

        /**
         * Squared differences of features that a frozen network gives, each map normalised over its channels.
         *
         * @param resize side that pictures are resized to; 0 leaves them as they are
         * @param pixelWeight factor on the mean of squared pixel differences that is added
         */
        record Perceptual(int resize, double pixelWeight) implements Distance {
            public Perceptual {
                require(resize >= 0, "resize", resize, "at least 0");
                require(pixelWeight >= 0, "pixel_weight", pixelWeight, "at least 0");
            }
        }

        /**
         * The distance that a frozen network itself gives of two pictures, such as LPIPS.
         *
         * @param resize side that pictures are resized to, mapped to [0, 1]; 0 leaves them as they are
         */
        record Learned(int resize) implements Distance {
            public Learned {
                require(resize >= 0, "resize", resize, "at least 0");
            }
        }
    }

    /** What a step updates. */
    enum Phase {
        /** The network, without the adversarial loss. */
        PLAIN,
        /** The network, with the adversarial loss. */
        GENERATOR,
        /** The critics alone. */
        CRITICS
    }

    /**
     * The adversarial loss.
     *
     * @param fromStep first step that counts it
     * @param period one step in so many updates the generator, the others the critics
     * @param weight factor on the balanced loss
     * @param learningRate of the critics
     * @param width channels of the critics' finest projection
     * @param sight how critics see pictures
     */
    record Adversarial(int fromStep, int period, double weight, double learningRate, int width, Sight sight) {
        public Adversarial {
            require(fromStep >= 0, "from_step", fromStep, "at least 0");
            require(period >= 2, "period", period, "at least 2");
            require(weight >= 0, "weight", weight, "at least 0");
            require(learningRate > 0, "learning_rate", learningRate, "more than 0");
            require(width >= 1, "width", width, "at least 1");
        }

        /** What step {@code step} of a run updates. */
        Phase phase(int step) {
            if (step < fromStep) {
                return Phase.PLAIN;
            }
            return (step - fromStep) % period == 0 ? Phase.GENERATOR : Phase.CRITICS;
        }
    }

    /**
     * How critics see pictures.
     *
     * @param resize side that pictures are resized to for the features; 0 leaves them as they are
     * @param augment whether pictures are changed by {@link Augmentation}, which keeps critics from learning few
     *     pictures by heart, and hides small differences from them
     */
    record Sight(int resize, boolean augment) {
        public Sight {
            require(resize >= 0, "resize", resize, "at least 0");
        }
    }
}
