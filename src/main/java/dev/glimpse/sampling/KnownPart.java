package dev.glimpse.sampling;

import java.util.BitSet;

/**
 * The coefficients of a picture that an edit knows, in an orthonormal basis: noise of some level in every value is
 * noise of that level in each coefficient.
 */
public sealed interface KnownPart {
    /** Replaces the known coefficients of {@code x} by those of {@code by}, both [C, H, W] flattened. */
    void replace(float[] x, float[] by);

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

        @Override
        public BitSet pixels() {
            return (BitSet) pixels.clone();
        }
    }

    /**
     * The brightness of each RGB pixel, in the direction (0.2989, 0.587, 0.114) of the official code: colourisation.
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
    }

    /**
     * The mean of each square block of pixels, channel by channel: super-resolution.
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
            for (int plane = 0; plane < x.length; plane += height * width) {
                for (int top = 0; top < height; top += side) {
                    for (int left = 0; left < width; left += side) {
                        shift(x, by, plane + top * width + left);
                    }
                }
            }
        }

        private void shift(float[] x, float[] by, int corner) {
            double missing = 0;
            for (int i = 0; i < side * side; i++) {
                int at = corner + i / side * width + i % side;
                missing += (double) by[at] - x[at];
            }
            float mean = (float) (missing / (side * side));
            for (int i = 0; i < side * side; i++) {
                x[corner + i / side * width + i % side] += mean;
            }
        }
    }
}
