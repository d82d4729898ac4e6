package dev.glimpse.api.oip;

import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What there is to say about the server and its models, in JSON. */
final class JsonFacts {
    private JsonFacts() {}

    static JsonObject server(Facts facts) {
        return new JsonObject()
                .put("name", Facts.NAME)
                .put("version", facts.version())
                .put("extensions", new JsonArray(Facts.EXTENSIONS));
    }

    static JsonObject model(Generator generator, ServedModel model) {
        JsonArray inputs = new JsonArray();
        for (Input input : Input.values()) {
            inputs.add(tensor(input.title(), input.type(), input.shape()));
        }
        JsonArray outputs = new JsonArray();
        for (Output output : Output.values()) {
            outputs.add(tensor(output.title(), output.type(), output.shape(model)));
        }
        return new JsonObject()
                .put("name", model.name())
                .put("versions", new JsonArray(Facts.versions(generator, model.name())))
                .put("platform", Facts.PLATFORM)
                .put("inputs", inputs)
                .put("outputs", outputs);
    }

    private static JsonObject tensor(String name, TensorType type, List<Long> shape) {
        return new JsonObject().put("name", name).put("datatype", type.name()).put("shape", new JsonArray(shape));
    }

    static JsonObject config(ServedModel model) {
        JsonArray inputs = new JsonArray();
        for (Input input : Input.values()) {
            inputs.add(configured(input.title(), input.type(), input.shape()).put("optional", true));
        }
        JsonArray outputs = new JsonArray();
        for (Output output : Output.values()) {
            outputs.add(configured(output.title(), output.type(), output.shape(model)));
        }
        return new JsonObject()
                .put("name", model.name())
                .put("platform", Facts.PLATFORM)
                .put("backend", Facts.NAME)
                .put("max_batch_size", 0)
                .put("input", inputs)
                .put("output", outputs)
                .put("model_transaction_policy", new JsonObject().put("decoupled", true));
    }

    private static JsonObject configured(String name, TensorType type, List<Long> dims) {
        return new JsonObject()
                .put("name", name)
                .put("data_type", "TYPE_" + (type == TensorType.BYTES ? "STRING" : type.name()))
                .put("dims", new JsonArray(dims));
    }

    static JsonArray index(Generator generator) {
        JsonArray index = new JsonArray();
        for (ServedModel model : generator.models()) {
            index.add(new JsonObject()
                    .put("name", model.name())
                    .put("version", model.version())
                    .put("state", "READY")
                    .put("reason", ""));
        }
        return index;
    }
}
