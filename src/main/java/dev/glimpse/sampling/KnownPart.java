package dev.glimpse.sampling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The coefficients of a picture that an edit knows, in an orthonormal basis: noise of some level in every value is
 * noise of that level in each coefficient.
 */
public sealed interface KnownPart {
    /** Replaces the known coefficients of {@code x} by those of {@code by}, both [C, H, W] flattened. */
    void replace(float[] x, float[] by);

    /**
     * Moves a picture {@code x} that has the known coefficients of {@code by} into [-1, 1], where {@code by} lies, to
     * the nearest one that has them there: with no more than its values cut off it would lose them.
     */
    void fit(float[] x, float[] by);

    /**
     * Some pixels, in every channel: in-painting.
     *
     * @param pixels the known ones, as y * width + x
     * @param area height x width
     */
    record PixelSet(BitSet pixels, int area) implements KnownPart {
        public PixelSet {
            pixels = (BitSet) pixels.clone();
        }

        @Override
        public void replace(float[] x, float[] by) {
            for (int i = 0; i < x.length; i++) {
                if (pixels.get(i % area)) {
                    x[i] = by[i];
                }
            }
        }

        /** Nothing: each value is known or is not, whatever the others are. */
        @Override
        public void fit(float[] x, float[] by) {}

        @Override
        public BitSet pixels() {
            return (BitSet) pixels.clone();
        }
    }

    /**
     * The brightness of each RGB pixel, in the direction (0.2989, 0.587, 0.114): colourisation (Song et al. 2023,
     * "Consistency models", appendix D, whose orthogonal matrix Q begins with it; the official code does the same).
     */
    record Brightness() implements KnownPart {
        private static final double[] LUMA = {0.2989, 0.587, 0.114};

        @Override
        public void replace(float[] x, float[] by) {
            double length = Math.sqrt(LUMA[0] * LUMA[0] + LUMA[1] * LUMA[1] + LUMA[2] * LUMA[2]);
            int area = x.length / LUMA.length;
            for (int pixel = 0; pixel < area; pixel++) {
                double missing = 0;
                for (int channel = 0; channel < LUMA.length; channel++) {
                    int i = channel * area + pixel;
                    missing += LUMA[channel] / length * ((double) by[i] - x[i]);
                }
                for (int channel = 0; channel < LUMA.length; channel++) {
                    x[channel * area + pixel] += (float) (LUMA[channel] / length * missing);
                }
            }
        }

        @Override
        public void fit(float[] x, float[] by) {
            int area = x.length / LUMA.length;
            for (int pixel = 0; pixel < area; pixel++) {
                new WeightedSum(new int[] {pixel, area + pixel, 2 * area + pixel}, LUMA).fit(x, by);
            }
        }
    }

    /**
     * The mean of each square block of pixels, channel by channel: super-resolution (of the same appendix).
     *
     * @param height of a picture, a multiple of {@code side}
     * @param width of a picture, a multiple of {@code side}
     * @param side of a block in pixels, at least 2
     */
    record BlockMeans(int height, int width, int side) implements KnownPart {
        public BlockMeans {
            if (side < 2 || height % side != 0 || width % side != 0) {
                throw new IllegalArgumentException(
                        "side: " + side + " (expected: at least 2, dividing " + height + " x " + width + ")");
            }
        }

        @Override
        public void replace(float[] x, float[] by) {
            corners(x.length).forEach(corner -> shift(x, by, corner));
        }

        @Override
        public void fit(float[] x, float[] by) {
            double[] weights = new double[side * side];
            Arrays.fill(weights, 1);
            corners(x.length).forEach(corner -> {
                int[] at = IntStream.range(0, weights.length)
                        .map(i -> at(corner, i))
                        .toArray();
                new WeightedSum(at, weights).fit(x, by);
            });
        }

        /** Where the blocks of a picture begin. */
        private IntStream corners(int values) {
            int across = width / side;
            return IntStream.range(0, values / (side * side))
                    .map(block -> block / across * side * width + block % across * side);
        }

        /** Where value {@code i} of a block is. */
        private int at(int corner, int i) {
            return corner + i / side * width + i % side;
        }

        private void shift(float[] x, float[] by, int corner) {
            double missing = 0;
            for (int i = 0; i < side * side; i++) {
                missing += (double) by[at(corner, i)] - x[at(corner, i)];
            }
            float mean = (float) (missing / (side * side));
            for (int i = 0; i < side * side; i++) {
                x[at(corner, i)] += mean;
            }
        }
    }
}
