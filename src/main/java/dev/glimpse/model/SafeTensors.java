package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a safetensors file: named tensors and text metadata.
 *
 * <p>The format is an 8-byte little-endian header length, a JSON header and the tensors' bytes. A file is mapped into
 * memory, so it must be smaller than 2 GiB; its header is checked completely before any tensor is handed out.
 *
 * @param tensors by name, in the order of the header
 * @param metadata text by key
 */
public record SafeTensors(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final int MAX_HEADER = 100_000_000;

    public SafeTensors {
        tensors = new LinkedHashMap<>(tensors);
        metadata = new LinkedHashMap<>(metadata);
    }

    /**
     * Reads a file.
     *
     * @throws ModelFormatException if it is no complete safetensors file; the message names the file and the defect
     * @throws IOException if it cannot be read
     */
    public static SafeTensors read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE - 8) {
            throw new ModelFormatException(file + ": " + size + " bytes (expected: less than 2 GiB)");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, size), file.toString());
        }
    }

    /** Reads the content of a file that was loaded already; {@code source} names it in messages. */
    public static SafeTensors parse(ByteBuffer content, String source) {
        ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.remaining() < 8 ? -1 : bytes.getLong();
        if (length < 2 || length > MAX_HEADER || length > bytes.remaining()) {
            throw new ModelFormatException(source + ": header of " + length + " bytes (expected: 2.."
                    + Math.min(MAX_HEADER, bytes.remaining()) + "; no safetensors file, or a truncated one)");
        }
        byte[] header = new byte[(int) length];
        bytes.get(header);
        ByteBuffer data = bytes.slice();
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try {
            JsonObject json = JsonParser.parseString(new String(header, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
                if (entry.getKey().equals(METADATA)) {
                    entry.getValue()
                            .getAsJsonObject()
                            .entrySet()
                            .forEach(e -> metadata.put(e.getKey(), e.getValue().getAsString()));
                } else {
                    tensors.put(entry.getKey(), tensor(entry.getValue().getAsJsonObject(), data));
                }
            }
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | ArithmeticException e) {
            throw new ModelFormatException(source + ": broken header (" + e.getMessage() + ")");
        }
        return new SafeTensors(tensors, metadata);
    }

    private static HostTensor tensor(JsonObject entry, ByteBuffer data) {
        ElementType type = ElementType.valueOf(member(entry, "dtype").getAsString());
        List<Long> shape = new ArrayList<>();
        member(entry, "shape").getAsJsonArray().forEach(size -> shape.add(size.getAsLong()));
        JsonArray offsets = member(entry, "data_offsets").getAsJsonArray();
        if (offsets.size() != 2) {
            throw new IllegalArgumentException("data_offsets: " + offsets + " (expected: two)");
        }
        long from = offsets.get(0).getAsLong();
        long to = offsets.get(1).getAsLong();
        if (from < 0 || to < from || to > data.capacity()) {
            throw new IllegalArgumentException(
                    "data_offsets: " + from + ".." + to + " (expected: within 0.." + data.capacity() + ")");
        }
        return new HostTensor(type, shape, data.slice((int) from, (int) (to - from)));
    }

    private static JsonElement member(JsonObject entry, String name) {
        JsonElement value = entry.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: with every tensor)");
        }
        return value;
    }

    /** Writes a file: first beside it, then moved into place, so that a crash leaves the old one or the new one. */
    public void write(Path file) throws IOException {
        List<SafeTensorsWriter.Entry> entries = new ArrayList<>();
        tensors.forEach((name, tensor) ->
                entries.add(new SafeTensorsWriter.Entry(name, tensor.type(), tensor.shape(), () -> tensor)));
        SafeTensorsWriter.write(file, metadata, entries);
    }
}
