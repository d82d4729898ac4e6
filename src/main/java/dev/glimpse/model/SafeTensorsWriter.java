package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes safetensors files tensor after tensor, so that no more than one of them has to stand in memory. */
public final class SafeTensorsWriter {
    private static final int ALIGNMENT = 8;

    /**
     * A tensor to come.
     *
     * @param name its key
     * @param type how its values are stored
     * @param shape sizes, outermost first
     * @param tensor gives it when its turn comes, of that type and shape
     */
    public record Entry(String name, ElementType type, List<Long> shape, Supplier<HostTensor> tensor) {
        long bytes() {
            return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        }
    }

    private SafeTensorsWriter() {}

    /** Writes a file: first beside it, then moved into place, so that a crash leaves the old one or the new one. */
    public static void write(Path file, Map<String, String> metadata, List<Entry> entries) throws IOException {
        byte[] header = header(metadata, entries);
        Path partial = DurableFiles.partial(file);
        try {
            write(partial, header, entries);
            DurableFiles.replace(file);
        } finally {
            // On a full disk, nothing else would make room again.
            Files.deleteIfExists(partial);
        }
    }

    private static void write(Path file, byte[] header, List<Entry> entries) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            drain(channel, prefix.putLong(header.length).flip());
            drain(channel, ByteBuffer.wrap(header));
            for (Entry entry : entries) {
                ByteBuffer data = entry.tensor().get().data().duplicate();
                if (data.remaining() != entry.bytes()) {
                    throw new IllegalArgumentException(
                            entry.name() + ": " + data.remaining() + " bytes (expected: " + entry.bytes() + ")");
                }
                drain(channel, data);
            }
        }
    }

    private static byte[] header(Map<String, String> metadata, List<Entry> entries) {
        JsonObject header = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject text = new JsonObject();
            metadata.forEach(text::addProperty);
            header.add(SafeTensors.METADATA, text);
        }
        long offset = 0;
        for (Entry entry : entries) {
            JsonObject description = new JsonObject();
            description.addProperty("dtype", entry.type().name());
            JsonArray shape = new JsonArray();
            entry.shape().forEach(shape::add);
            description.add("shape", shape);
            JsonArray offsets = new JsonArray();
            offsets.add(offset);
            offset += entry.bytes();
            offsets.add(offset);
            description.add("data_offsets", offsets);
            header.add(entry.name(), description);
        }
        String text = header.toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat(Math.floorMod(-length, ALIGNMENT))).getBytes(StandardCharsets.UTF_8);
    }

    private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
