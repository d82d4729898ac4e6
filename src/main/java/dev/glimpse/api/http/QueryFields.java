package dev.glimpse.api.http;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a request from an address, {@code ?steps=4&class=7&knots=80,1,0.002}, as the JSON that they would
 * be in a body. What is no number where one is due stays text, for the reader of that JSON to refuse by name.
 */
final class QueryFields {
    /** Of these, digits are text and not a number, or else a class named 7 could not be asked for. */
    private static final Set<String> TEXTS = Set.of("model", "model_version", "class_name", "seed", "resume_token");

    /** Fields of an array of numbers. */
    private static final Set<String> ARRAYS = Set.of("knots");

    private QueryFields() {}

    /** @throws InvalidFieldException naming a field that is there twice */
    static JsonObject read(MultiMap query) {
        JsonObject json = new JsonObject();
        for (String name : query.names()) {
            List<String> values = query.getAll(name);
            if (values.size() > 1) {
                throw new InvalidFieldException(name, "given " + values.size() + " times", "once");
            }
            String value = values.get(0);
            if (!value.isEmpty()) {
                json.put(name, ARRAYS.contains(name) ? array(value) : value(name, value));
            }
        }
        return json;
    }

    private static JsonArray array(String text) {
        JsonArray array = new JsonArray();
        for (String element : text.split(",", -1)) {
            Number number = number(element);
            array.add(number == null ? element : number);
        }
        return array;
    }

    private static Object value(String name, String text) {
        if (TEXTS.contains(name)) {
            return text;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        Number number = number(text);
        return number == null ? text : number;
    }

    /** A number as a reader of JSON would give it; null if it is none. */
    private static @Nullable Number number(String text) {
        if (!text.matches("-?[0-9]{1,40}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")) {
            return null;
        }
        if (!text.matches("-?[0-9]+")) {
            return new BigDecimal(text).doubleValue();
        }
        BigInteger exact = new BigInteger(text);
        if (exact.bitLength() >= Long.SIZE) {
            return exact;
        }
        long whole = exact.longValue();
        return whole == (int) whole ? (Number) (int) whole : (Number) whole;
    }
}
