package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Copies parameters to a device. */
final class WeightUpload {
    private final NDManager manager;
    private final Upload upload = new Upload();

    /** @param manager owns the arrays */
    WeightUpload(NDManager manager) {
        this.manager = manager;
    }

    NDArray copy(Parameter parameter, float[] values) {
        if (values.length != parameter.size()) {
            throw new IllegalArgumentException(
                    parameter.name() + ": " + values.length + " values (expected: " + parameter.size() + ")");
        }
        long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
        return upload.copy(manager, values, new Shape(shape));
    }
}
