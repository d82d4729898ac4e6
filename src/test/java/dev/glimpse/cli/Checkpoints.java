package dev.glimpse.cli;

import dev.glimpse.model.HostTensor;
import dev.glimpse.model.SafeTensors;
import dev.glimpse.testing.GoldenFiles;
import dev.glimpse.testing.TorchSave;
import dev.glimpse.testing.TorchSave.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A directory of checkpoint files as torch.save writes them. */
record Checkpoints(Path directory) {
    /** A checkpoint of the golden weights of that name. */
    Path golden(String name) throws IOException {
        return save(name, tensors(name));
    }

    /** The golden weights of that name, to be changed at will. */
    static Map<String, HostTensor> tensors(String name) throws IOException {
        return new LinkedHashMap<>(SafeTensors.read(GoldenFiles.file(name + ".weights.safetensors"))
                .tensors());
    }

    /** Writes tensors as torch.save does, one storage each. */
    Path save(String name, Map<String, HostTensor> tensors) throws IOException {
        Map<String, Window> windows = new LinkedHashMap<>();
        Map<String, byte[]> storages = new LinkedHashMap<>();
        tensors.forEach((key, tensor) -> {
            String storage = Integer.toString(storages.size());
            windows.put(key, Window.whole(storage, tensor.shape()));
            ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.floats());
            storages.put(storage, bytes.array());
        });
        return Files.write(directory.resolve(name + ".pt"), TorchSave.stateDict(name, windows, storages));
    }
}
