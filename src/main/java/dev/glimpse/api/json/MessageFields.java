package dev.glimpse.api.json;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, read strictly: a wrong type is refused by name, null counts as absent. */
public final class MessageFields {
    /** Longest value repeated in an error. */
    private static final int MAX_ECHO = 64;

    /** Below, a double tells every whole number from its neighbours. */
    private static final double MAX_EXACT = 1L << 53;

    private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final JsonObject json;
    private final String prefix;

    public MessageFields(JsonObject json) {
        this(json, "");
    }

    /** @param prefix of the names by which errors call its fields, such as "steps." */
    public MessageFields(JsonObject json, String prefix) {
        this.json = json;
        this.prefix = prefix;
    }

    public boolean has(String name) {
        return json.getValue(name) != null;
    }

    public boolean isText(String name) {
        return json.getValue(name) instanceof String;
    }

    public boolean isArray(String name) {
        return json.getValue(name) instanceof JsonArray;
    }

    /** The fields of an object within this one; errors call them "name.field". */
    public Optional<MessageFields> object(String name) {
        return object(name, "an object");
    }

    /**
     * The same of a field that may be something else than an object.
     *
     * @param expected what to say of a value that cannot be
     */
    public Optional<MessageFields> object(String name, String expected) {
        Object value = json.getValue(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof JsonObject object) {
            return Optional.of(new MessageFields(object, prefix + name + "."));
        }
        throw refused(prefix + name, value, expected);
    }

    /** Numbers in an array; absent: none. */
    public List<Double> reals(String name) {
        Object value = json.getValue(name);
        List<Double> numbers = new ArrayList<>();
        if (value == null) {
            return numbers;
        }
        if (value instanceof JsonArray array) {
            for (Object element : array) {
                if (!(element instanceof Number number)) {
                    throw refused(prefix + name, element, "numbers");
                }
                numbers.add(number.doubleValue());
            }
            return numbers;
        }
        throw refused(prefix + name, value, "an array of numbers");
    }

    /** Refuses the first field that isn't one of these; one that is null isn't there. */
    public void requireNoneBut(Set<String> known) {
        for (String name : json.fieldNames()) {
            if (has(name) && !known.contains(name)) {
                throw new InvalidFieldException(
                        abbreviated(prefix + name),
                        "unknown field",
                        "one of " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    public Optional<String> text(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw refused(prefix + name, value, "a string");
    }

    /** A whole number of 32 bits, which may be written with a point, as some JSON writers do: 4.0. */
    public OptionalInt whole(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value instanceof Integer number) {
            return OptionalInt.of(number);
        }
        if (value instanceof Double number && number.intValue() == number) {
            return OptionalInt.of(number.intValue());
        }
        boolean tooLarge = value instanceof Long || value instanceof BigInteger;
        String range = tooLarge ? " " + Integer.MIN_VALUE + ".." + Integer.MAX_VALUE : "";
        throw refused(prefix + name, value, "a whole number" + range);
    }

    /** A whole number of which no more is wanted than 32 bits hold: a larger one counts as the largest. */
    OptionalInt saturated(String name) {
        boolean larger = json.getValue(name) instanceof Number number
                && number.doubleValue() > Integer.MAX_VALUE
                && number.doubleValue() == Math.rint(number.doubleValue());
        return larger ? OptionalInt.of(Integer.MAX_VALUE) : whole(name);
    }

    public Optional<Boolean> flag(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Boolean flag) {
            return Optional.of(flag);
        }
        throw refused(prefix + name, value, "true or false");
    }

    public OptionalDouble real(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (value instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw refused(prefix + name, value, "a number");
    }

    /**
     * An unsigned 64-bit number, written as a number or, since many JSON readers round those, as its decimal digits.
     */
    public OptionalLong unsigned64(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        boolean digits = value instanceof String text && text.matches("[0-9]{1,20}");
        boolean wholeNumber = value instanceof Integer || value instanceof Long || value instanceof BigInteger;
        if (digits || wholeNumber || isExact(value)) {
            BigInteger number = new BigDecimal(value.toString()).toBigIntegerExact();
            if (number.signum() >= 0 && number.compareTo(MAX_UINT64) <= 0) {
                return OptionalLong.of(number.longValue());
            }
        }
        throw refused(prefix + name, value, "a whole number 0.." + MAX_UINT64);
    }

    /** Whether it is a whole number written with a point or an exponent, as 1e3, and not too large to be exact. */
    public static boolean isExact(Object value) {
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= MAX_EXACT;
    }

    /** One of the constants, written in lower case. */
    public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
        return choice(name, List.of(type.getEnumConstants()));
    }

    /** One of some constants. */
    <E extends Enum<E>> Optional<E> choice(String name, List<E> constants) {
        Object value = json.getValue(name);
        if (value == null) {
            return Optional.empty();
        }
        for (E constant : constants) {
            if (wireName(constant).equals(value)) {
                return Optional.of(constant);
            }
        }
        String names = constants.stream().map(MessageFields::wireName).collect(Collectors.joining(", "));
        throw refused(prefix + name, value, "one of " + names);
    }

    /** The constant's name as clients write it. */
    public static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    public static InvalidFieldException refused(String name, @Nullable Object value, String expected) {
        return new InvalidFieldException(name, abbreviated(String.valueOf(value)), expected);
    }

    /** A text as errors repeat it. */
    public static String abbreviated(String text) {
        if (text.length() <= MAX_ECHO) {
            return text;
        }
        // Half of a character is nothing that UTF-8 has, and the answer would be no JSON.
        int end = Character.isHighSurrogate(text.charAt(MAX_ECHO - 1)) ? MAX_ECHO - 1 : MAX_ECHO;
        return text.substring(0, end) + "...";
    }
}
