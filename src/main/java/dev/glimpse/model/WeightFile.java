package dev.glimpse.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint of any kind, opened: the names and shapes of its tensors at once, their values one tensor at a time.
 *
 * <p>Nothing in such a file is trusted. Every defect is a {@link ModelFormatException} that names the file.
 */
sealed interface WeightFile extends AutoCloseable permits TorchFile, SafeTensorsFile {
    /**
     * Opens a file; its first bytes tell which kind it is, never its name.
     *
     * @param entry which of several state dicts in it to take; empty where there is one
     */
    static WeightFile open(Path file, Optional<String> entry) {
        byte[] start = start(file);
        if (start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
            return TorchFile.open(file, entry);
        }
        if (start.length >= 9 && start[8] == '{') {
            return SafeTensorsFile.open(file, entry);
        }
        if (start.length >= 2 && (start[0] & 0xFF) == 0x80 && start[1] <= 5) {
            throw new ModelFormatException(file
                    + ": a bare pickle (expected: the zip form of torch.save; load it with PyTorch 1.6 or later and"
                    + " save its state_dict again)");
        }
        throw new ModelFormatException(file + ": starts with \""
                + shown(new String(start, StandardCharsets.ISO_8859_1))
                + "\" (expected: a .pt file of torch.save or a safetensors file)");
    }

    private static byte[] start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(16);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read (expected: a checkpoint file)");
        }
    }

    /** Text from a file as a message may show it: short, and nothing that a terminal would obey. */
    static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "...";
    }

    /** What kind of file it is, for people. */
    String format();

    /** Path of the state dict within the file; empty if the file is one. */
    String entry();

    /** Shape of each tensor by name, in the file's order. */
    Map<String, List<Long>> shapes();

    /** The values of one tensor as float32, row-major. */
    float[] read(String name);

    @Override
    void close();
}
