package dev.glimpse.training;

/**
 * Everything that decides what a classifier learns, apart from its data and its size.
 *
 * @param seed key of every random draw
 * @param epochs how often each picture is seen
 * @param batchSize pictures per step; fewer where the data set has fewer
 * @param learningRate after the warm-up; from there it falls along a half cosine to 0
 * @param shift most pixels that a picture is moved by in each direction before it is learned from
 * @param flips whether pictures are mirrored left to right half of the time
 */
public record ClassifierRecipe(long seed, int epochs, int batchSize, double learningRate, int shift, boolean flips) {
    private static final double WARMUP = 0.05;

    public ClassifierRecipe {
        require(epochs >= 1, "epochs", epochs, "at least 1");
        require(batchSize >= 1, "batch", batchSize, "at least 1");
        require(learningRate > 0, "learning_rate", learningRate, "more than 0");
        require(shift >= 0, "shift", shift, "at least 0");
    }

    /**
     * The usual recipe: a few minutes on one core for 60,000 small pictures.
     *
     * @param flips whether a mirrored picture is still one of its class, as with a digit it is not
     */
    public static ClassifierRecipe of(long seed, int epochs, boolean flips) {
        return new ClassifierRecipe(seed, epochs, 64, 2e-3, 1, flips);
    }

    /** Pictures per step of a run on so many. */
    public int batch(int pictures) {
        return Math.min(batchSize, pictures);
    }

    /** How often pictures can be seen until their steps can no longer be counted. */
    public int mostEpochs(int pictures) {
        return (int) Math.min(Integer.MAX_VALUE, (long) Integer.MAX_VALUE * batch(pictures) / pictures);
    }

    int steps(int pictures) {
        return Math.toIntExact((long) epochs * pictures / batch(pictures));
    }

    /** Learning rate of step {@code step}, counted from 0. */
    double rate(int step, int steps) {
        double progress = (step + 0.5) / steps;
        return progress < WARMUP
                ? learningRate * progress / WARMUP
                : learningRate * 0.5 * (1 + Math.cos(Math.PI * (progress - WARMUP) / (1 - WARMUP)));
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
