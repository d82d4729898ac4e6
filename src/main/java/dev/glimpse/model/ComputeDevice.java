package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;

/**
 * What a network is loaded onto and evaluated on: the machine's processor, or one of its GPUs.
 *
 * @param kind what it is
 * @param index counts GPUs from 0, as CUDA does; 0 for the processor
 */
public record ComputeDevice(Kind kind, int index) {
    public ComputeDevice {
        boolean exists = kind == Kind.CPU ? index == 0 : index >= 0;
        if (!exists) {
            throw new IllegalArgumentException("index: " + index + " (expected: 0, or for a GPU at least 0)");
        }
    }

    /** The sorts of devices. */
    public enum Kind {
        CPU,
        GPU;

        /** "cpu" or "gpu". */
        public String label() {
            return this == CPU ? "cpu" : "gpu";
        }
    }

    /** The processor, whose threads all count as this one device. */
    public static ComputeDevice cpu() {
        return new ComputeDevice(Kind.CPU, 0);
    }

    /** A GPU by CUDA's number. */
    public static ComputeDevice gpu(int index) {
        return new ComputeDevice(Kind.GPU, index);
    }

    public boolean isGpu() {
        return kind == Kind.GPU;
    }

    /** "cpu", "gpu:0", "gpu:1" and so on. */
    public String label() {
        return isGpu() ? kind.label() + ":" + index : kind.label();
    }

    /** The same in the engine's terms. */
    public Device toDevice() {
        return isGpu() ? Device.gpu(index) : Device.cpu();
    }

    /**
     * Bytes of a GPU's memory that are taken, by whichever process; NaN for the processor and where CUDA does not tell.
     * Any thread.
     */
    public double takenBytes() {
        if (!isGpu()) {
            return Double.NaN;
        }
        try {
            return CudaUtils.getGpuMemory(toDevice()).getUsed();
        } catch (EngineException | IllegalStateException e) {
            return Double.NaN;
        }
    }
}
