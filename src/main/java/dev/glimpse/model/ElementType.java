package dev.glimpse.model;

import java.nio.ByteBuffer;

/** How a safetensors file stores the values of a tensor; the names are the format's own. */
public enum ElementType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
        return bytes;
    }

    float get(ByteBuffer data) {
        return switch (this) {
            case F64 -> (float) data.getDouble();
            case F32 -> data.getFloat();
            case F16 -> Half.toFloat(data.getShort());
            case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
            case I64 -> data.getLong();
            case I32 -> data.getInt();
            case I16 -> data.getShort();
            case I8 -> data.get();
            case U8, BOOL -> data.get() & 0xFF;
        };
    }

    void put(ByteBuffer data, float value) {
        switch (this) {
            case F32 -> data.putFloat(value);
            case F16 -> data.putShort(Half.fromFloat(value));
            case BF16 -> data.putShort(bfloat16(value));
            default -> throw new IllegalArgumentException("type: " + this + " (expected: F32, F16 or BF16 to write)");
        }
    }

    /** Rounds to the nearest, ties to even; the upper half of a float32 is a bfloat16. */
    private static short bfloat16(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) (Float.isNaN(value) ? 0x7FC0 : (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }
}
