package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A tensor that models take: a field of a request, with its name. All of them are optional. */
enum Input {
    SEED(TensorType.UINT64, false),
    COUNT(TensorType.INT32, false),
    CLASS_INDEX(TensorType.INT32, false),
    CLASS_NAME(TensorType.BYTES, false),
    SAMPLER(TensorType.BYTES, false),
    STEPS(TensorType.INT32, false),
    GAMMA(TensorType.FP64, false),
    GAMMA_FORM(TensorType.BYTES, false),
    KNOTS(TensorType.FP64, true),
    KNOTS_GRID(TensorType.INT32, false, "knots"),
    KNOTS_INDICES(TensorType.INT32, true, "knots"),
    CHURN_AMOUNT(TensorType.FP64, false, "churn"),
    CHURN_MIN_T(TensorType.FP64, false, "churn"),
    CHURN_MAX_T(TensorType.FP64, false, "churn"),
    CHURN_NOISE(TensorType.FP64, false, "churn"),
    PREVIEW(TensorType.BYTES, false),
    QUALITY(TensorType.BYTES, false),
    DETERMINISTIC(TensorType.BOOL, false);

    private final TensorType type;
    private final boolean many;
    private final String object;

    Input(TensorType type, boolean many) {
        this(type, many, "");
    }

    /** @param object the field that it is a field of, as a tensor holds no objects; empty for one of the request */
    Input(TensorType type, boolean many, String object) {
        this.type = type;
        this.many = many;
        this.object = object;
    }

    /** Name of the tensor, and of the field with the object's before it. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Type that models are said to take; others are taken as well where their values fit. */
    TensorType type() {
        return type;
    }

    /** Whether it may have any number of elements, and not just one. */
    boolean many() {
        return many;
    }

    /** Shape that models are said to take; -1 for any length. */
    List<Long> shape() {
        return List.of(many ? -1L : 1L);
    }

    /**
     * Adds its value to a request.
     *
     * @throws InvalidFieldException if the request has one already
     */
    void put(JsonObject request, Object value) {
        Object holder = object.isEmpty() ? request : request.getMap().computeIfAbsent(object, o -> new JsonObject());
        if (!(holder instanceof JsonObject fields)) {
            throw new InvalidFieldException(title(), "given beside " + object, "one of them");
        }
        String field = object.isEmpty() ? title() : title().substring(object.length() + 1);
        if (fields.containsKey(field)) {
            throw new InvalidFieldException(title(), "given twice", "once");
        }
        fields.put(field, value);
    }

    static Optional<Input> find(String name) {
        return Arrays.stream(values())
                .filter(input -> input.title().equals(name))
                .findFirst();
    }

    /**
     * The input with this name.
     *
     * @throws InvalidFieldException if there is none
     */
    static Input of(String name) {
        return find(name).orElseThrow(() -> unknown("input", name));
    }

    /** @param kind what a client took for one by that name: an input or a parameter */
    static InvalidFieldException unknown(String kind, String name) {
        String titles = Arrays.stream(values()).map(Input::title).collect(Collectors.joining(", "));
        return name.isEmpty()
                ? new InvalidFieldException(kind + "s", "no name", "one of " + titles)
                : new InvalidFieldException(MessageFields.abbreviated(name), "unknown " + kind, "one of " + titles);
    }
}
