package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a run computes.
 *
 * @param shards threads that share each batch; part of what decides the numbers
 * @param devices shard i computes on device i modulo their number; the first one also holds the optimiser
 */
public record Placement(int shards, List<Device> devices) {
    public Placement {
        devices = List.copyOf(devices);
        TrainingRecipe.require(shards >= 1, "shards", shards, "at least 1");
        TrainingRecipe.require(!devices.isEmpty(), "devices", devices, "at least one");
    }

    /** On the CPU. */
    public static Placement cpu(int shards) {
        return new Placement(shards, List.of(Device.cpu()));
    }

    /**
     * On all GPUs that the engine finds, a shard for each; the same batch is shared among them.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Placement gpus() {
        int count = gpuCount();
        TrainingRecipe.require(count > 0, "device", "gpu", "cpu; the engine finds no GPU");
        return new Placement(
                count, IntStream.range(0, count).mapToObj(Device::gpu).toList());
    }

    /** How many GPUs the engine finds. */
    public static int gpuCount() {
        return Engine.getEngine("PyTorch").getGpuCount();
    }

    Device first() {
        return devices.get(0);
    }

    Device of(int shard) {
        return devices.get(shard % devices.size());
    }
}
