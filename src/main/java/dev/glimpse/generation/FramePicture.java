package dev.glimpse.generation;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A frame's picture: the model's values until somebody reads it, and from then on the bytes made of them. Safe to use
 * from any thread.
 *
 * <p>All readers of a frame asked for the same recipe, its format and its edit among it, so that one encoding is
 * everyone's.
 */
final class FramePicture {
    private final long valueBytes;
    private float[] values;
    private volatile byte @Nullable [] image;

    /** @param values [C, H, W] flattened, nominally in [-1, 1]; not changed from now on */
    FramePicture(float[] values) {
        this.values = values;
        valueBytes = (long) Float.BYTES * values.length;
    }

    /**
     * Its bytes, which nobody may change. Others who ask while they are made wait for them.
     *
     * @param encoding makes them of the values, for the one who asks first
     */
    byte[] image(Function<float[], byte[]> encoding) {
        byte[] made = image;
        return made == null ? encoded(encoding) : made;
    }

    private synchronized byte[] encoded(Function<float[], byte[]> encoding) {
        byte[] made = image;
        if (made == null) {
            made = encoding.apply(values);
            image = made;
            values = new float[0];
        }
        return made;
    }

    /** Memory that it takes; waits for nobody. */
    long bytes() {
        byte[] made = image;
        return made == null ? valueBytes : made.length;
    }
}
