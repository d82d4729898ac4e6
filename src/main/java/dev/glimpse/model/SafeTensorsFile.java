package dev.glimpse.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A safetensors file among the checkpoints. */
record SafeTensorsFile(SafeTensors content) implements WeightFile {
    static SafeTensorsFile open(Path file, Optional<String> entry) {
        if (entry.isPresent()) {
            throw new ModelFormatException(
                    file + ": entry " + entry.get() + " (expected: none, as a safetensors file has no entries)");
        }
        try {
            return new SafeTensorsFile(SafeTensors.read(file));
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read (" + e.getMessage() + ")");
        }
    }

    @Override
    public String format() {
        return "safetensors";
    }

    @Override
    public String entry() {
        return "";
    }

    @Override
    public Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        content.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    @Override
    public float[] read(String name) {
        return content.tensors().get(name).floats();
    }

    @Override
    public void close() {
        // The file is closed and stays mapped until its tensors are forgotten.
    }
}
