package dev.glimpse.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.image.PictureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Pictures on their way into a network, in a buffer that the engine reads in place and that is used again and again.
 *
 * <p>Confined to one thread; an array must be done with before the next is made.
 */
final class PixelTensors {
    private final PictureShape picture;
    private final int channels;
    private final int rows;
    private final DataType type;
    private final PixelRange range;
    private final ByteBuffer buffer;

    /**
     * @param picture as it comes in
     * @param channels that the network wants; grey pictures are repeated for it
     * @param rows of every forward; those that are missing are black
     * @param type UINT8 or FLOAT32
     */
    PixelTensors(PictureShape picture, int channels, int rows, DataType type, PixelRange range) {
        this.picture = picture;
        this.channels = channels;
        this.rows = rows;
        this.type = type;
        this.range = range;
        int values = rows * channels * picture.height() * picture.width();
        this.buffer = ByteBuffer.allocateDirect(values * type.getNumOfBytes()).order(ByteOrder.nativeOrder());
    }

    /** @param pixels [given, C, H, W] */
    NDArray of(NDManager manager, byte[] pixels, int given) {
        int area = picture.height() * picture.width();
        buffer.clear();
        for (int row = 0; row < rows; row++) {
            for (int channel = 0; channel < channels; channel++) {
                int from = (row * picture.channels() + channel % picture.channels()) * area;
                for (int i = 0; i < area; i++) {
                    put(row < given ? pixels[from + i] : 0);
                }
            }
        }
        buffer.flip();
        Shape shape = new Shape(rows, channels, picture.height(), picture.width());
        return manager.create(buffer, shape, type);
    }

    private void put(byte pixel) {
        if (type == DataType.UINT8) {
            buffer.put(pixel);
        } else {
            buffer.putFloat(range.of(pixel));
        }
    }
}
