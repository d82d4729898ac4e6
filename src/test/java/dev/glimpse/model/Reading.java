package dev.glimpse.model;

import ai.djl.Device;
import dev.glimpse.model.EmittedNetwork.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The two ways to compute a network, for tests that hold for both. */
enum Reading {
    EMITTED,
    EAGER;

    /** Evaluates F, g or G ("network", "denoise", "jump") of a network for a batch. */
    float[] evaluate(
            String method, ModelSpec spec, NetworkConfig config, Map<String, float[]> weights, JumpBatch batch) {
        float[] out = new float[batch.rows() * spec.dimension()];
        Method form = Method.valueOf(method.toUpperCase(Locale.ROOT));
        if (this == EMITTED) {
            try (TorchScriptModel model = TorchScriptModel.load(spec, config, weights, Set.of(form), Device.cpu())) {
                model.evaluate(form, batch, out);
            }
        } else {
            try (EagerModel model = EagerModel.load(spec, config, weights, Device.cpu())) {
                model.evaluate(form, batch, out);
            }
        }
        return out;
    }

    CtmModel load(ModelSpec spec, NetworkConfig config, Map<String, float[]> weights) {
        return this == EMITTED
                ? TorchScriptModel.load(spec, config, weights, Device.cpu())
                : EagerModel.load(spec, config, weights, Device.cpu());
    }
}
