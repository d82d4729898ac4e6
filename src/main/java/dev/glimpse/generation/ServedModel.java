package dev.glimpse.generation;

import java.util.List;

/**
 * A model version as clients may know it.
 *
 * @param name name of the model
 * @param version its version
 * @param labels names of the classes by index; empty for a model without classes
 * @param channels 1 (grey) or 3 (RGB)
 * @param height of a picture in pixels
 * @param width of a picture in pixels
 * @param sigmaMin smallest time, where a picture is finished
 * @param sigmaMax largest time, pure noise
 * @param device what it runs on, such as "cpu x 2"
 */
public record ServedModel(
        String name,
        String version,
        List<String> labels,
        int channels,
        int height,
        int width,
        double sigmaMin,
        double sigmaMax,
        String device) {
    public ServedModel {
        labels = List.copyOf(labels);
    }
}
