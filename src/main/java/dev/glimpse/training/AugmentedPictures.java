package dev.glimpse.training;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;

/**
 * The batches a classifier learns from: every epoch in an order of its own, each picture moved by a few pixels and
 * perhaps mirrored, all decided by the seed. What comes in from outside is black, as the value -1.
 */
final class AugmentedPictures {
    private static final int DRAWS_PER_PICTURE = 3;

    private final DataSet data;
    private final ClassifierRecipe recipe;
    private final BatchOrder order;

    /**
     * Pictures and their classes.
     *
     * @param x [B, C, H, W] in [-1, 1]
     * @param labels class indices [B]
     */
    record Batch(float[] x, long[] labels) {}

    AugmentedPictures(DataSet data, ClassifierRecipe recipe) {
        this.data = data;
        this.recipe = recipe;
        this.order = new BatchOrder(data.count(), recipe.seed());
    }

    Batch batch(int step, int rows) {
        float[] x = new float[rows * data.dimension()];
        long[] labels = new long[rows];
        float[] picture = new float[data.dimension()];
        for (int row = 0; row < rows; row++) {
            long position = (long) step * rows + row;
            int index = order.at(position);
            data.read(index, picture, 0);
            labels[row] = data.label(index);
            int epoch = (int) (position / data.count());
            int right = shift(epoch, index, 0);
            int down = shift(epoch, index, 1);
            boolean mirrored = recipe.flips() && draw(epoch, index, 2) < 0.5;
            place(picture, x, row * data.dimension(), new Move(right, down, mirrored));
        }
        return new Batch(x, labels);
    }

    private record Move(int right, int down, boolean mirrored) {}

    private void place(float[] picture, float[] x, int offset, Move move) {
        int width = data.width();
        int height = data.height();
        for (int line = 0; line < data.channels() * height; line++) {
            int y = line % height - move.down();
            for (int column = 0; column < width; column++) {
                int from = (move.mirrored() ? width - 1 - column : column) - move.right();
                boolean inside = y >= 0 && y < height && from >= 0 && from < width;
                x[offset + line * width + column] = inside ? picture[(line - move.down()) * width + from] : -1;
            }
        }
    }

    private int shift(int epoch, int picture, int axis) {
        return (int) Math.floor(draw(epoch, picture, axis) * (2 * recipe.shift() + 1)) - recipe.shift();
    }

    private double draw(int epoch, int picture, int which) {
        return NoiseStream.uniform(recipe.seed(), DrawNumbers.MOVES, epoch, picture * DRAWS_PER_PICTURE + which);
    }
}
