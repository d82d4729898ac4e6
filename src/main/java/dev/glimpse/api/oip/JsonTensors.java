package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Requests in JSON, with the elements of inputs in it or behind it. */
final class JsonTensors {
    private static final Set<String> FIELDS =
            Set.of("model_name", "model_version", "id", "parameters", "inputs", "outputs");
    private static final Set<String> INPUT_FIELDS = Set.of("name", "shape", "datatype", "parameters", "data");
    private static final Set<String> OUTPUT_FIELDS = Set.of("name", "parameters");

    private JsonTensors() {}

    /**
     * Reads a body.
     *
     * @param address whose model the body may name once more, as KServe's client does
     * @throws InvalidFieldException naming the first part that cannot be read
     */
    static InferCall read(ModelAddress address, BinaryBody body) {
        JsonObject json = RequestFields.object("body", body.json());
        MessageFields fields = new MessageFields(json);
        fields.requireNoneBut(FIELDS);
        ModelAddress model = address.confirmed(fields, "model_name");
        Map<String, Object> parameters = parameters(json, "parameters");
        boolean binary = flag("binary_data_output", parameters.get("binary_data_output"), false);
        List<InputTensor> inputs = new ArrayList<>();
        for (JsonObject input : objects(json, "inputs")) {
            inputs.add(input(input, body));
        }
        if (body.hasRest()) {
            throw new InvalidFieldException("body", "bytes of no input", "as many as binary_data_size says");
        }
        List<InferCall.Wanted> outputs = new ArrayList<>();
        for (JsonObject output : objects(json, "outputs")) {
            outputs.add(output(output, binary));
        }
        return new InferCall(
                model.name(),
                model.version(),
                fields.text("id").orElse(""),
                parameters,
                inputs,
                outputs.isEmpty() ? InferCall.Wanted.all(binary) : outputs);
    }

    private static InputTensor input(JsonObject json, BinaryBody body) {
        Input input = Input.of(new MessageFields(json, "inputs.").text("name").orElse(""));
        String name = input.title();
        MessageFields fields = new MessageFields(json, name + ".");
        requireNoneBut(INPUT_FIELDS, name, json);
        List<Long> shape = new ArrayList<>();
        for (double dimension : fields.reals("shape")) {
            if (dimension != (long) dimension) {
                throw new InvalidFieldException(name + ".shape", dimension, "whole numbers");
            }
            shape.add((long) dimension);
        }
        InputTensor.Head head =
                InputTensor.Head.of(name, fields.text("datatype").orElse(""), shape);
        Map<String, Object> parameters = parameters(json, name + ".parameters");
        TensorParameters.requireServed(input, parameters.keySet());
        Object size = parameters.get(TensorParameters.BINARY_SIZE);
        if (size == null) {
            List<Object> values = new ArrayList<>();
            flatten(head, json.getValue("data"), values);
            return head.with(values);
        }
        if (json.containsKey("data") || !(size instanceof Integer)) {
            throw MessageFields.refused(
                    name + "." + TensorParameters.BINARY_SIZE,
                    size,
                    "a whole number, and no data in the JSON beside it");
        }
        return head.with(body.next(name, (Integer) size));
    }

    /** The elements of arrays within arrays, in their order. */
    private static void flatten(InputTensor.Head head, @Nullable Object value, List<Object> values) {
        if (value instanceof JsonArray array) {
            for (Object element : array) {
                flatten(head, element, values);
            }
        } else if (value instanceof Number || value instanceof Boolean || value instanceof String) {
            if (values.size() == head.elements()) {
                throw new InvalidFieldException(
                        head.input().title(), "more elements", head.elements() + ", as its shape says");
            }
            values.add(head.type().element(head.input().title(), value));
        } else {
            throw MessageFields.refused(head.input().title() + ".data", value, "arrays of elements");
        }
    }

    private static InferCall.Wanted output(JsonObject json, boolean binary) {
        Output output =
                Output.of(new MessageFields(json, "outputs.").text("name").orElse(""));
        requireNoneBut(OUTPUT_FIELDS, output.title(), json);
        Map<String, Object> parameters = parameters(json, output.title() + ".parameters");
        TensorParameters.requireServed(output, parameters.keySet());
        Object own = parameters.get(TensorParameters.BINARY);
        return new InferCall.Wanted(
                output, flag(output.title() + ".parameters." + TensorParameters.BINARY, own, binary));
    }

    private static void requireNoneBut(Set<String> known, String tensor, JsonObject json) {
        for (String field : json.fieldNames()) {
            if (json.getValue(field) != null && !known.contains(field)) {
                throw new InvalidFieldException(
                        tensor + "." + MessageFields.abbreviated(field),
                        "unknown field",
                        "one of " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    private static boolean flag(String name, @Nullable Object value, boolean absent) {
        if (value == null || value instanceof Boolean) {
            return value == null ? absent : (Boolean) value;
        }
        throw MessageFields.refused(name, value, "true or false");
    }

    /** The object "parameters" of an object, without those that are null. */
    private static Map<String, Object> parameters(JsonObject json, String name) {
        Map<String, Object> parameters = new HashMap<>();
        Object value = json.getValue("parameters");
        if (value instanceof JsonObject object) {
            object.forEach(entry -> {
                if (entry.getValue() != null) {
                    parameters.put(entry.getKey(), entry.getValue());
                }
            });
        } else if (value != null) {
            throw MessageFields.refused(name, value, "an object");
        }
        return parameters;
    }

    private static List<JsonObject> objects(JsonObject json, String name) {
        Object value = json.getValue(name);
        List<JsonObject> objects = new ArrayList<>();
        if (value == null) {
            return objects;
        }
        if (value instanceof JsonArray array) {
            for (Object element : array) {
                if (!(element instanceof JsonObject object)) {
                    throw MessageFields.refused(name, element, "objects");
                }
                objects.add(object);
            }
            return objects;
        }
        throw MessageFields.refused(name, value, "an array of objects");
    }
}
