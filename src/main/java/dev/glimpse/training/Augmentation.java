package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;

/**
 * How critics see the pictures of one call: the same random change of colour, place and a hole in it for each row
 * (DiffAugment, Zhao et al., 2020, with all of its policies).
 *
 * <p>Gradients pass through it. What lies beyond the border or in the hole is 0, the middle of the range.
 *
 * @param brightness added, in [-0.5, 0.5), one value per row as everywhere here
 * @param saturation factor on the distance to the mean over channels, in [0, 2)
 * @param contrast factor on the distance to the picture's mean, in [0.5, 1.5)
 * @param up rows that a picture moves up by, whole numbers
 * @param left columns that a picture moves left by
 * @param holeDown row of the hole's middle
 * @param holeRight column of the hole's middle
 */
record Augmentation(
        float[] brightness,
        float[] saturation,
        float[] contrast,
        float[] up,
        float[] left,
        float[] holeDown,
        float[] holeRight) {
    private static final int DRAWS = 7;
    private static final double SHIFT = 0.125;
    private static final double HOLE = 0.2;

    /** @param call which of a step's calls; each draws anew */
    static Augmentation draw(long seed, int step, int from, int rows, int side, int call) {
        float[][] u = new float[DRAWS][rows];
        int shift = (int) (side * SHIFT + 0.5);
        int places = side + 1 - hole(side) % 2;
        for (int i = 0; i < rows; i++) {
            double[] draws = new double[DRAWS];
            for (int k = 0; k < DRAWS; k++) {
                draws[k] = NoiseStream.uniform(seed, from + i, step, DrawNumbers.AUGMENTATION + call * DRAWS + k);
            }
            u[0][i] = (float) (draws[0] - 0.5);
            u[1][i] = (float) (draws[1] * 2);
            u[2][i] = (float) (draws[2] + 0.5);
            u[3][i] = (int) (draws[3] * (2 * shift + 1)) - shift;
            u[4][i] = (int) (draws[4] * (2 * shift + 1)) - shift;
            u[5][i] = (int) (draws[5] * places);
            u[6][i] = (int) (draws[6] * places);
        }
        return new Augmentation(u[0], u[1], u[2], u[3], u[4], u[5], u[6]);
    }

    private static int hole(int side) {
        return (int) (side * HOLE + 0.5);
    }

    NDArray apply(TrainingOps ops, Rows rows, NDArray x) {
        int side = Math.toIntExact(x.getShape().get(2));
        return ops.call(
                rows.manager(),
                "augment",
                TrainingOps.tensor(x),
                TrainingOps.list(rows.vector(brightness), rows.vector(saturation), rows.vector(contrast)),
                TrainingOps.list(rows.vector(up), rows.vector(left)),
                TrainingOps.list(rows.vector(holeDown), rows.vector(holeRight)),
                IValue.from(hole(side)));
    }
}
