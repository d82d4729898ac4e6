package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import io.vertx.core.json.JsonArray;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A type of elements, by the protocol's name. Elements are little-endian where they are bytes; in Java they are what a
 * reader of JSON would have made of them: numbers, booleans and strings.
 */
enum TensorType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    /** IEEE 754's binary16. */
    FP16(2),
    /** The upper half of an {@link #FP32}. */
    BF16(2),
    FP32(4),
    FP64(8),
    /** Strings of any length, each with its length in four bytes before it. */
    BYTES(Integer.BYTES);

    /** The largest whole number below which a double tells every one from its neighbours. */
    private static final double MAX_EXACT = 1L << 53;

    private final int leastBytes;

    TensorType(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    /** Least bytes of an element; all of them have as many but for {@link #BYTES}. */
    int leastBytes() {
        return leastBytes;
    }

    /**
     * The type with this name.
     *
     * @param tensor whose type it is
     * @throws dev.glimpse.generation.InvalidFieldException if there is none
     */
    static TensorType of(String tensor, String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw MessageFields.refused(
                tensor + ".datatype",
                name.isEmpty() ? "none" : name,
                "one of " + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    /** The next element; there must be enough bytes for one. */
    Object read(ByteBuffer bytes) {
        return switch (this) {
            case BOOL -> bytes.get() != 0;
            case UINT8 -> Byte.toUnsignedInt(bytes.get());
            case UINT16 -> Short.toUnsignedInt(bytes.getShort());
            case UINT32 -> whole(Integer.toUnsignedLong(bytes.getInt()));
            case UINT64 -> unsigned(bytes.getLong());
            case INT8 -> (int) bytes.get();
            case INT16 -> (int) bytes.getShort();
            case INT32 -> bytes.getInt();
            case INT64 -> whole(bytes.getLong());
            case FP16 -> half(bytes.getShort());
            case BF16 -> (double) Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
            case FP32 -> (double) bytes.getFloat();
            case FP64 -> bytes.getDouble();
            case BYTES -> text(bytes);
        };
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = switch (exponent) {
            case 0 -> Math.scalb((double) fraction, -24);
            case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
        };
        return bits < 0 ? -magnitude : magnitude;
    }

    /**
     * The element that a client wrote in JSON. Whole numbers may have a point, as some clients write every number so.
     *
     * @param tensor whose element it is
     * @throws dev.glimpse.generation.InvalidFieldException if it is none of this type
     */
    Object element(String tensor, Object json) {
        Optional<Object> element = switch (this) {
            case BOOL -> flag(json);
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 ->
                digits(json).filter(this::holds).map(TensorType::shortest);
            // As the protocol has it: JSON's numbers are none of these types.
            case FP16, BF16 -> Optional.empty();
            case FP32, FP64 -> Optional.of(json).filter(Number.class::isInstance);
            case BYTES -> Optional.of(json).filter(String.class::isInstance);
        };
        return element.orElseThrow(() -> MessageFields.refused(tensor, json, expected(json)));
    }

    private static Optional<Object> flag(Object json) {
        if (json instanceof Number number) {
            double value = number.doubleValue();
            return value == 0 || value == 1 ? Optional.of(value == 1) : Optional.empty();
        }
        return Optional.of(json).filter(Boolean.class::isInstance);
    }

    private static Optional<BigInteger> digits(Object json) {
        if (json instanceof Double real) {
            return MessageFields.isExact(real) ? Optional.of(BigInteger.valueOf(real.longValue())) : Optional.empty();
        }
        return json instanceof Number ? Optional.of(new BigInteger(json.toString())) : Optional.empty();
    }

    private boolean holds(BigInteger whole) {
        int bits = leastBytes * Byte.SIZE;
        return name().startsWith("U") ? whole.signum() >= 0 && whole.bitLength() <= bits : whole.bitLength() < bits;
    }

    private static Object shortest(BigInteger whole) {
        return whole.bitLength() < Long.SIZE ? whole(whole.longValue()) : whole;
    }

    private String expected(Object json) {
        String kind = switch (this) {
            case BOOL -> "true or false";
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> "a whole number";
            case FP16, BF16 -> "binary data";
            case FP32, FP64 -> "a number";
            case BYTES -> "a string";
        };
        boolean rounded = this != FP16 && this != BF16 && json instanceof Double real && Math.abs(real) > MAX_EXACT;
        return kind + " of type " + this + (rounded ? ", in all its digits" : "");
    }

    private static String text(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("a string longer than its tensor");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** A whole number in the smallest type that a reader of JSON would have chosen. */
    static Number whole(long value) {
        return value == (int) value ? (Number) (int) value : (Number) value;
    }

    /** The same of a number whose highest bit is no sign. */
    static Number unsigned(long value) {
        return value >= 0 ? whole(value) : new BigInteger(Long.toUnsignedString(value));
    }

    /** Elements as an array of JSON. */
    JsonArray json(ByteBuffer bytes) {
        JsonArray array = new JsonArray();
        while (bytes.hasRemaining()) {
            array.add(read(bytes));
        }
        return array;
    }
}
