package dev.glimpse.cli;

import ai.djl.Device;
import com.google.gson.JsonObject;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.SongUNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model directory with a small network of fixed random weights: its pictures are noise, its files are real. */
final class TinyModel {
    static final List<String> LABELS = List.of("Shirt", "Bag", "Sandal");

    private TinyModel() {}

    /** Writes version {@code directory = .../name/version}. */
    static Path write(Path directory) throws IOException {
        return write(directory, LABELS);
    }

    static Path write(Path directory, List<String> labels) throws IOException {
        ModelSpec spec = new ModelSpec(1, 8, 8, labels, 0.002, 80, 0.5, 7, true);
        SongUNetConfig network = new SongUNetConfig(8, 1, 1, labels.size(), 8, List.of(1, 2), 1, List.of(4));
        Map<String, float[]> weights = new HashMap<>();
        Random random = new Random(1);
        try (EmittedNetwork emitted = EmittedNetwork.load(network, spec.sigmaData(), Device.cpu())) {
            for (Parameter parameter : emitted.parameters()) {
                float[] values = new float
                        [parameter.shape().stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian() / 8;
                }
                weights.put(parameter.name(), values);
            }
        }
        JsonObject training = new JsonObject();
        training.addProperty("recipe", "random weights");
        ModelDirectory.write(directory, spec, network, weights, training);
        return directory;
    }
}
