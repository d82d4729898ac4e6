package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelDirectory;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a student's teacher, which all shards on a device read and none writes, so that each device holds them
 * once. Any thread.
 */
final class TeacherWeights {
    private final @Nullable ModelDirectory teacher;
    private final Map<Device, NDArray[]> uploaded = new HashMap<>();

    /** @param teacher null where nobody asks for its weights */
    TeacherWeights(@Nullable ModelDirectory teacher) {
        this.teacher = teacher;
    }

    /**
     * The weights on a network's device.
     *
     * @param network the teacher's; the first one of a device to ask owns them, so that none there may compute once it
     *     is closed
     */
    NDArray[] on(EmittedNetwork network) {
        return on(network.manager().getDevice(), network);
    }

    /** Those of any device, uploaded by a network that is on it. */
    synchronized NDArray[] on(Device device, EmittedNetwork network) {
        NDArray[] there = uploaded.get(device);
        if (there == null) {
            there = network.upload(
                    Objects.requireNonNull(teacher, "checked with the recipe").weights());
            uploaded.put(device, there);
        }
        return there;
    }
}
