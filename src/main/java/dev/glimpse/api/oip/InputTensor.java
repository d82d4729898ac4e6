package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An input that a client gave.
 *
 * @param input which one
 * @param values its elements in row-major order, as many as it may have
 */
record InputTensor(Input input, List<Object> values) {
    /** Far more than any input needs, and little to hold. */
    private static final int MAX_ELEMENTS = 4096;

    InputTensor {
        values = List.copyOf(values);
    }

    /**
     * What a client says of an input before it gives its elements.
     *
     * @param elements how many there have to be
     */
    record Head(Input input, TensorType type, int elements) {
        /** @throws InvalidFieldException if there is no such input, or none of that type and shape */
        static Head of(String name, String datatype, List<Long> shape) {
            Input input = Input.of(name);
            return new Head(input, TensorType.of(name, datatype), elements(input, shape));
        }

        private static int elements(Input input, List<Long> shape) {
            long product = 1;
            for (long dimension : shape) {
                // Held below the bound at every factor, so that no product overflows.
                if (dimension < 0 || dimension > MAX_ELEMENTS || product * dimension > MAX_ELEMENTS) {
                    throw refused(input, shape);
                }
                product *= dimension;
            }
            if (!input.many() && product != 1) {
                throw refused(input, shape);
            }
            return (int) product;
        }

        private static InvalidFieldException refused(Input input, List<Long> shape) {
            String expected = input.many() ? "0.." + MAX_ELEMENTS + " elements" : "one element";
            return MessageFields.refused(input.title() + ".shape", shape, expected);
        }

        /** The input with elements that a reader has made. */
        InputTensor with(List<?> values) {
            if (values.size() != elements) {
                throw new InvalidFieldException(
                        input.title(), values.size() + " elements", elements + ", as its shape says");
            }
            return new InputTensor(input, List.copyOf(values));
        }

        /** The input with elements in bytes, which have to be there to the last one. */
        InputTensor with(ByteBuffer bytes) {
            ByteBuffer rest = bytes.order(ByteOrder.LITTLE_ENDIAN);
            List<Object> values = new ArrayList<>();
            int size = rest.remaining();
            try {
                while (values.size() < elements && rest.remaining() >= type.leastBytes()) {
                    values.add(type.read(rest));
                }
            } catch (IllegalArgumentException e) {
                throw new InvalidFieldException(input.title(), e.getMessage(), "4 bytes of length before each string");
            }
            if (values.size() != elements || rest.hasRemaining()) {
                throw new InvalidFieldException(input.title(), size + " bytes", elements + " elements of type " + type);
            }
            return new InputTensor(input, values);
        }
    }

    /** The field's value in JSON. */
    Object json() {
        return input.many() ? new JsonArray(new ArrayList<>(values)) : values.get(0);
    }
}
