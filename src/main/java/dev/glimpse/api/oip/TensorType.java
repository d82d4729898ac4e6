package dev.glimpse.api.oip;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonArray;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    FP32(4),
    FP64(8),
    /** Strings of any length, each with its length in four bytes before it. */
    BYTES(Integer.BYTES);

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
     * @throws InvalidFieldException if there is none
     */
    static TensorType of(String tensor, String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new InvalidFieldException(
                tensor + ".datatype",
                name,
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
            case FP32 -> (double) bytes.getFloat();
            case FP64 -> bytes.getDouble();
            case BYTES -> text(bytes);
        };
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
