package dev.glimpse.model;

import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Turns a wish into devices of a machine: one of a kind alone, the CPU or GPUs. */
public final class DeviceChoice {
    private static final String WITHOUT_CUDA = "this PyTorch is built without CUDA";

    private final IntSupplier present;
    private final IntSupplier usable;

    /**
     * The choice on any machine.
     *
     * @param present GPUs that the machine shows; asked unless the wish is the CPU
     * @param usable GPUs that the engine can compute on; asked only where some are present
     */
    public DeviceChoice(IntSupplier present, IntSupplier usable) {
        this.present = present;
        this.usable = usable;
    }

    /**
     * The choice on this machine. Starts the engine only if the machine shows a GPU, so that its threads stay with
     * whoever evaluates first.
     */
    public static DeviceChoice ofThisMachine() {
        return new DeviceChoice(
                CudaUtils::getGpuCount, () -> Engine.getEngine("PyTorch").getGpuCount());
    }

    /**
     * The devices that a wish means.
     *
     * @param name of the option or setting that the wish came from
     * @param warn told if there are GPUs, none of which can be used, and nobody insists on them
     * @return the CPU, or every GPU in order
     * @throws IllegalArgumentException if it wants GPUs and none can be used
     */
    public List<ComputeDevice> of(String name, DeviceWish wish, Consumer<String> warn) {
        if (wish == DeviceWish.CPU) {
            return List.of(ComputeDevice.cpu());
        }
        boolean shown = present.getAsInt() > 0;
        int count = shown ? usable.getAsInt() : 0;
        if (count > 0) {
            return IntStream.range(0, count).mapToObj(ComputeDevice::gpu).toList();
        }
        if (wish == DeviceWish.GPU) {
            String reason = (shown ? WITHOUT_CUDA : "no GPU is found") + ": see GPUs in README";
            throw new IllegalArgumentException(name + ": gpu (expected: auto or cpu, as " + reason + ")");
        }
        if (shown) {
            warn.accept("a GPU is there, but " + WITHOUT_CUDA + ": computes on the CPU (see GPUs in README)");
        }
        return List.of(ComputeDevice.cpu());
    }

    /**
     * The device of each worker: as many workers on the CPU as are asked for, and one on each GPU.
     *
     * @param found from {@link #of}
     * @param asked how many workers, of which GPUs get at most one each; 0 for one per core, or one per GPU
     * @param cores of the machine
     */
    public static List<ComputeDevice> workers(List<ComputeDevice> found, int asked, int cores) {
        if (found.get(0).isGpu()) {
            return found.subList(0, asked == 0 ? found.size() : Math.min(asked, found.size()));
        }
        return IntStream.range(0, asked == 0 ? cores : asked)
                .mapToObj(worker -> found.get(0))
                .toList();
    }
}
