package dev.glimpse.model;

import com.google.gson.JsonParseException;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
 * memory, so each of its tensors must be smaller than 2 GiB; its header is checked completely before any is handed out.
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
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return parse(FileContent.of(channel), file.toString());
        }
    }

    /** Reads the content of a file that was loaded already; {@code source} names it in messages. */
    public static SafeTensors parse(ByteBuffer content, String source) {
        try {
            return parse(new FileContent.Whole(content), source);
        } catch (IOException e) {
            throw new IllegalStateException("memory is always read", e);
        }
    }

    static SafeTensors parse(FileContent content, String source) throws IOException {
        long behind = content.size() - Long.BYTES;
        long length = behind < 0
                ? -1
                : content.at(0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MAX_HEADER || length > behind) {
            throw new ModelFormatException(source + ": header of " + length + " bytes (expected: 2.."
                    + Math.min(MAX_HEADER, Math.max(0, behind)) + "; no safetensors file, or a truncated one)");
        }
        byte[] header = new byte[(int) length];
        content.at(Long.BYTES, header.length).get(header);
        SafeTensorsHeader data = new SafeTensorsHeader(content, Long.BYTES + length);
        try {
            return data.read(new String(header, StandardCharsets.UTF_8));
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | ArithmeticException
                | MalformedJsonException
                | EOFException e) {
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
