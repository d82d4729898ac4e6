package dev.glimpse.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * One file of numbers recorded from the official implementation, read whole.
 *
 * <p>It shares no code with the reader under {@code main}, so that a mistake there can't hide itself.
 */
public final class GoldenTensors {
    private final JsonObject header;
    private final ByteBuffer data;

    private GoldenTensors(JsonObject header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** Reads {@code <name>.safetensors} of the {@linkplain GoldenFiles golden files}. */
    public static GoldenTensors load(String name) {
        try {
            ByteBuffer file =
                    ByteBuffer.wrap(GoldenFiles.read(name + ".safetensors")).order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[Math.toIntExact(file.getLong())];
            file.get(header);
            return new GoldenTensors(
                    JsonParser.parseString(new String(header, StandardCharsets.UTF_8))
                            .getAsJsonObject(),
                    file.slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Set<String> names() {
        return header.keySet();
    }

    /** A float32 tensor, flattened. */
    public float[] floats(String name) {
        ByteBuffer bytes = bytes(name, "F32");
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** A float64 tensor, flattened. */
    public double[] doubles(String name) {
        ByteBuffer bytes = bytes(name, "F64");
        double[] values = new double[bytes.remaining() / Double.BYTES];
        bytes.asDoubleBuffer().get(values);
        return values;
    }

    /** An int64 tensor, flattened, whose values fit an int. */
    public int[] integers(String name) {
        ByteBuffer bytes = bytes(name, "I64");
        int[] values = new int[bytes.remaining() / Long.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(bytes.getLong());
        }
        return values;
    }

    /** An unsigned 8-bit tensor, flattened. */
    public byte[] bytes(String name) {
        ByteBuffer bytes = bytes(name, "U8");
        byte[] values = new byte[bytes.remaining()];
        bytes.get(values);
        return values;
    }

    /** A signed 64-bit tensor, flattened. */
    public long[] longs(String name) {
        ByteBuffer bytes = bytes(name, "I64");
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    private ByteBuffer bytes(String name, String type) {
        if (!header.has(name)) {
            throw new IllegalArgumentException("name: " + name + " (expected: one of " + names() + ")");
        }
        JsonObject entry = header.getAsJsonObject(name);
        if (!entry.get("dtype").getAsString().equals(type)) {
            throw new IllegalArgumentException(name + ": " + entry.get("dtype") + " (expected: " + type + ")");
        }
        int start = entry.getAsJsonArray("data_offsets").get(0).getAsInt();
        int end = entry.getAsJsonArray("data_offsets").get(1).getAsInt();
        return data.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
    }
}
