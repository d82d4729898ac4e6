package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request as both forms of the protocol have it.
 *
 * @param model empty for the server's default
 * @param version empty for the one that the name stands for
 * @param id comes back with every answer; may be empty
 * @param parameters by name: booleans, numbers and strings
 * @param outputs that are wanted, in their order; all of them if the client names none
 */
record InferCall(
        String model,
        String version,
        String id,
        Map<String, Object> parameters,
        List<InputTensor> inputs,
        List<Wanted> outputs) {
    private static final int MAX_ID_LENGTH = 256;
    private static final Set<String> SEQUENCES = Set.of("sequence_id", "sequence_start", "sequence_end");

    /** Parameters of the protocol that mean nothing here, or nothing to a request. */
    private static final Set<String> IGNORED = Set.of("priority", "headers", "binary_data_output");

    private static final String RESERVED = "triton_";

    InferCall {
        parameters = Map.copyOf(parameters);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        requireShort(id);
        requireOnce(outputs);
    }

    /** An id comes back with every answer, of which a request may have a thousand. */
    static void requireShort(String id) {
        if (id.length() > MAX_ID_LENGTH) {
            throw new InvalidFieldException("id", id.length() + " characters", "at most " + MAX_ID_LENGTH);
        }
    }

    /** Each output is a tensor of its own size in the answer, so a short request must not name one many times. */
    private static void requireOnce(List<Wanted> outputs) {
        Set<Output> named = EnumSet.noneOf(Output.class);
        for (Wanted wanted : outputs) {
            if (!named.add(wanted.output())) {
                throw new InvalidFieldException("outputs", wanted.output().title() + " given twice", "each once");
            }
        }
    }

    /**
     * An output that is wanted.
     *
     * @param binary whether its elements go behind the JSON and not into it
     */
    record Wanted(Output output, boolean binary) {
        static List<Wanted> all(boolean binary) {
            return Arrays.stream(Output.values())
                    .map(output -> new Wanted(output, binary))
                    .toList();
        }
    }

    /** The tensors of a result that are wanted. */
    List<OutputTensor> tensors(Output.Result result) {
        return outputs.stream().map(wanted -> wanted.output().of(result)).toList();
    }

    /**
     * What the core is asked for.
     *
     * @param frames whether frames are wanted before the end
     * @param timeout how long the client waits, as the call itself says; a parameter may say less
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    GenerationRequest request(boolean frames, Optional<Duration> timeout) {
        JsonObject json = new JsonObject();
        inputs.forEach(tensor -> tensor.input().put(json, tensor.json()));
        Optional<Duration> least = timeout;
        for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (name.equals("timeout")) {
                least = least(timeout, timeout(parameter.getValue()));
            } else if (SEQUENCES.contains(name)) {
                throw MessageFields.refused(name, parameter.getValue(), "none, as no request depends on another one");
            } else if (!IGNORED.contains(name) && !name.startsWith(RESERVED)) {
                Input input = Input.find(name).orElseThrow(() -> Input.unknown("parameter", name));
                input.put(json, parameter(input, parameter.getValue()));
            }
        }
        least.ifPresent(duration ->
                json.put("timeout_ms", (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()))));
        json.put("model", model).put("model_version", version).put("format", "raw_u8");
        GenerationRequest request = RequestFields.request(new MessageFields(json), Set.of());
        return frames ? request : request.shown(PreviewKind.NONE, request.format());
    }

    /** A parameter is one value over gRPC, and any JSON over REST. */
    private static Object parameter(Input input, Object value) {
        if (input.many() && !(value instanceof JsonArray || value instanceof JsonObject)) {
            throw MessageFields.refused(input.title(), value, "an input of type " + input.type());
        }
        return value;
    }

    /** Triton's timeout is in microseconds, and 0 is none. */
    private static Optional<Duration> timeout(Object value) {
        if (value instanceof Integer || value instanceof Long || MessageFields.isExact(value)) {
            long micros = ((Number) value).longValue();
            if (micros >= 0) {
                return micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
            }
        }
        throw MessageFields.refused("timeout", value, "microseconds, at least 0");
    }

    private static Optional<Duration> least(Optional<Duration> some, Optional<Duration> other) {
        if (some.isEmpty() || other.isEmpty()) {
            return some.isPresent() ? some : other;
        }
        return some.get().compareTo(other.get()) < 0 ? some : other;
    }
}
