package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.Labels;
import dev.glimpse.model.Upload;
import java.util.Arrays;

/** One microbatch on the device, and the way from numbers to tensors of its size. */
final class Rows {
    private final NDManager manager;
    private final Upload upload;
    private final Draw draw;
    private final Shape shape;
    private final NDArray clean;
    private final NDArray labels;

    /** @param picture channels, height and width */
    Rows(NDManager manager, Upload upload, Draw draw, Shape picture, int classes) {
        this.manager = manager;
        this.upload = upload;
        this.draw = draw;
        this.shape = new Shape(draw.rows()).addAll(picture);
        this.clean = images(draw.x0());
        float[] oneHot = Labels.oneHot(draw.labels(), draw.rows(), classes);
        this.labels = upload.copy(manager, oneHot, new Shape(draw.rows(), Math.max(1, classes)));
    }

    NDManager manager() {
        return manager;
    }

    Draw draw() {
        return draw;
    }

    int count() {
        return draw.rows();
    }

    /** x_0. */
    NDArray clean() {
        return clean;
    }

    /** Scaled one-hot labels. */
    NDArray labels() {
        return labels;
    }

    NDArray images(float[] values) {
        return upload.copy(manager, values, shape);
    }

    NDArray vector(float[] values) {
        return upload.copy(manager, values, new Shape(values.length));
    }

    /** A vector of one value. */
    NDArray vector(double value) {
        float[] values = new float[count()];
        Arrays.fill(values, (float) value);
        return vector(values);
    }

    /** x_0 + std eps. */
    NDArray noisy(float[] std, float[] noise) {
        float[] x0 = draw.x0();
        int dimension = x0.length / count();
        float[] x = new float[x0.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = x0[i] + std[i / dimension] * noise[i];
        }
        return images(x);
    }
}
