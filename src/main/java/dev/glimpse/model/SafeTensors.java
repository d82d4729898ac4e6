package dev.glimpse.model;

import com.google.gson.JsonParseException;
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
        try {
            return SafeTensorsHeader.read(new String(header, StandardCharsets.UTF_8), bytes.slice());
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | ArithmeticException
                | IOException e) {
            throw new ModelFormatException(source + ": broken header (" + e.getMessage() + ")");
        }
    }

    /** Writes a file: first beside it, then moved into place, so that a crash leaves the old one or the new one. */
    public void write(Path file) throws IOException {
        List<SafeTensorsWriter.Entry> entries = new ArrayList<>();
        tensors.forEach((name, tensor) ->
                entries.add(new SafeTensorsWriter.Entry(name, tensor.type(), tensor.shape(), () -> tensor)));
        SafeTensorsWriter.write(file, metadata, entries);
    }
}
