package dev.glimpse.training;

import dev.glimpse.model.SongUNetConfig;

/**
 * Everything that decides what a run learns, apart from its data and the models it starts from.
 *
 * @param name of the model that the run gives
 * @param network architecture and size
 * @param times range of noise levels
 * @param seed key of every random draw
 * @param flip whether half of the pictures are seen mirrored
 * @param schedule how many steps of what size
 * @param goal what the network learns
 * @param snapshotEvery steps between two checkpoints
 */
public record TrainingRecipe(
        String name,
        SongUNetConfig network,
        Times times,
        long seed,
        boolean flip,
        Schedule schedule,
        Goal goal,
        int snapshotEvery) {

    /**
     * Noise levels of a run.
     *
     * @param sigmaMin smallest, where a picture is finished
     * @param sigmaMax largest, pure noise
     * @param sigmaData standard deviation of the data, for preconditioning
     * @param rho curvature of the Karras grid
     */
    public record Times(double sigmaMin, double sigmaMax, double sigmaData, double rho) {
        public Times {
            require(sigmaMin > 0 && sigmaMin < sigmaMax, "sigma_min", sigmaMin, "more than 0, less than " + sigmaMax);
            require(sigmaData > 0, "sigma_data", sigmaData, "more than 0");
            require(rho > 0, "rho", rho, "more than 0");
        }
    }

    public TrainingRecipe {
        require(!name.isBlank(), "name", name, "a name");
        require(snapshotEvery >= 1, "snapshot_every", snapshotEvery, "at least 1");
    }

    /** Pictures seen before step {@code step}. */
    public long seenBefore(int step) {
        return (long) step * schedule.batch();
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
