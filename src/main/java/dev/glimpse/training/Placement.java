package dev.glimpse.training;

import ai.djl.Device;
import dev.glimpse.model.ComputeDevice;
import java.util.List;
import java.util.Optional;
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
        return on(List.of(ComputeDevice.cpu()), shards);
    }

    /** On devices that share each batch, the CPU or GPUs. */
    public static Placement on(List<ComputeDevice> devices, int shards) {
        return new Placement(
                shards, devices.stream().map(ComputeDevice::toDevice).toList());
    }

    /** The device that also holds the optimiser. */
    public Device first() {
        return devices.get(0);
    }

    Device of(int shard) {
        return devices.get(shard % devices.size());
    }

    /** Whether a shard's share of a batch is more than a microbatch and no multiple of one. */
    boolean hasUnevenShares(Schedule schedule) {
        int parts = Math.min(shards, schedule.batch());
        int smallest = schedule.batch() / parts;
        int largest = (schedule.batch() + parts - 1) / parts;
        return IntStream.of(smallest, largest)
                .anyMatch(rows -> rows > schedule.microbatch() && rows % schedule.microbatch() != 0);
    }

    /** That a step's losses are weighed over fewer pictures at a time than a recipe says, if they are. */
    public Optional<String> advice(TrainingRecipe recipe) {
        int batch = recipe.schedule().batch();
        int group = Math.min(recipe.schedule().microbatch(), batch);
        int rows = Math.max(1, batch / shards);
        // Of one loss alone nothing is weighed.
        boolean weighed = recipe.goal() instanceof Goal.Jumps jumps
                && (jumps.denoiserWeight() > 0 || jumps.adversarial() != null);
        return weighed && rows < group
                ? Optional.of("adaptive weights are measured over " + rows
                        + (rows == 1 ? " picture" : " pictures") + " at a time, not over the recipe's"
                        + " microbatch of " + group + ", as " + shards + " shards share a batch of " + batch
                        + "; a run that begins with --shards " + Math.max(1, batch / group) + " would")
                : Optional.empty();
    }
}
