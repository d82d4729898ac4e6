package dev.glimpse.api.oip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An output as it is sent.
 *
 * @param shape without a dimension that varies
 * @param content a full buffer of elements, little-endian
 */
record OutputTensor(Output output, List<Long> shape, ByteBuffer content) {
    OutputTensor {
        shape = List.copyOf(shape);
    }

    /** The elements, to be read from their beginning; nobody writes to them any more. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(content.array()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
