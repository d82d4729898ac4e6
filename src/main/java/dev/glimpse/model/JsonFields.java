package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A JSON object read field by field: what is missing, of another type or unknown is refused by its name.
 *
 * <p>Ask for every field, then call {@link #end}.
 */
public final class JsonFields {
    private final JsonObject json;
    private final String path;
    private final Set<String> asked = new LinkedHashSet<>();

    /** @param path how messages name this object, such as "config.json: network" */
    public JsonFields(JsonObject json, String path) {
        this.json = json;
        this.path = path;
    }

    private JsonElement field(String name, String expected) {
        asked.add(name);
        JsonElement element = json.get(name);
        if (element == null || element.isJsonNull()) {
            throw new ModelFormatException(path + "." + name + ": missing (expected: " + expected + ")");
        }
        return element;
    }

    private ModelFormatException wrong(String name, JsonElement value, String expected) {
        return new ModelFormatException(path + "." + name + ": " + value + " (expected: " + expected + ")");
    }

    public String text(String name) {
        JsonElement value = field(name, "text");
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw wrong(name, value, "text");
        }
        return value.getAsString();
    }

    public int integer(String name) {
        JsonElement value = field(name, "a whole number");
        return toInteger(name, value);
    }

    private int toInteger(String name, JsonElement value) {
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            throw wrong(name, value, "a whole number");
        }
        double number = value.getAsDouble();
        if (number != Math.rint(number)) {
            throw wrong(name, value, "a whole number");
        }
        if (Math.abs(number) > Integer.MAX_VALUE) {
            throw wrong(name, value, "a whole number, -" + Integer.MAX_VALUE + ".." + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    /** A key of random draws: any 64 bits, as a number with a sign or without. */
    public long seed(String name) {
        String expected = "a whole number of 64 bits";
        JsonElement value = field(name, expected);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            throw wrong(name, value, expected);
        }
        try {
            BigInteger seed = value.getAsBigDecimal().toBigIntegerExact();
            if (seed.bitLength() <= (seed.signum() < 0 ? Long.SIZE - 1 : Long.SIZE)) {
                return seed.longValue();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // No whole number, or none at all: refused below.
        }
        throw wrong(name, value, expected);
    }

    public double number(String name) {
        return toNumber(name, field(name, "a number"), "a number");
    }

    private double toNumber(String name, JsonElement value, String expected) {
        if (!value.isJsonPrimitive()
                || !value.getAsJsonPrimitive().isNumber()
                || !Double.isFinite(value.getAsDouble())) {
            throw wrong(name, value, expected);
        }
        return value.getAsDouble();
    }

    public boolean flag(String name) {
        JsonElement value = field(name, "true or false");
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.getAsBoolean();
    }

    /** Whether a field that may be left out is there. */
    public boolean has(String name) {
        asked.add(name);
        return json.has(name) && !json.get(name).isJsonNull();
    }

    public List<Double> numbers(String name) {
        List<Double> values = new ArrayList<>();
        for (JsonElement element : array(name, "a list of numbers")) {
            values.add(toNumber(name, element, "a list of numbers"));
        }
        return values;
    }

    /** One of a few words, as the constant of that name in lower case. */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        List<String> words = new ArrayList<>();
        String word = text(name);
        for (E constant : type.getEnumConstants()) {
            String candidate = constant.name().toLowerCase(Locale.ROOT);
            if (candidate.equals(word)) {
                return constant;
            }
            words.add(candidate);
        }
        throw wrong(name, json.get(name), "one of " + String.join(", ", words));
    }

    public List<Integer> integers(String name) {
        List<Integer> values = new ArrayList<>();
        array(name, "a list of whole numbers").forEach(e -> values.add(toInteger(name, e)));
        return values;
    }

    public List<String> texts(String name) {
        List<String> values = new ArrayList<>();
        for (JsonElement element : array(name, "a list of texts")) {
            if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
                throw wrong(name, element, "a list of texts");
            }
            values.add(element.getAsString());
        }
        return values;
    }

    private JsonArray array(String name, String expected) {
        JsonElement value = field(name, expected);
        if (!value.isJsonArray()) {
            throw wrong(name, value, expected);
        }
        return value.getAsJsonArray();
    }

    public JsonObject object(String name) {
        JsonElement value = field(name, "an object");
        if (!value.isJsonObject()) {
            throw wrong(name, value, "an object");
        }
        return value.getAsJsonObject();
    }

    public JsonFields fields(String name) {
        return new JsonFields(object(name), path + "." + name);
    }

    /**
     * Something made of this object's fields.
     *
     * @param maker refuses a value as IllegalArgumentException "name: value (expected: ...)", not knowing whose field
     *     it is
     * @throws ModelFormatException in its place, with this object's path before the name
     */
    public <T> T make(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(path + "." + e.getMessage());
        }
    }

    /** Refuses what nobody asked for: most likely a misspelt name. */
    public void end() {
        for (String name : json.keySet()) {
            if (!asked.contains(name)) {
                throw new ModelFormatException(
                        path + "." + name + ": unknown (expected: one of " + String.join(", ", asked) + ")");
            }
        }
    }
}
