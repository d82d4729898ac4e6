package dev.glimpse.testing;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.TorchMethods;
import dev.glimpse.model.LoadedModule;
import dev.glimpse.model.TorchScriptArchive;

/** The engine's failures where a device has no room. */
public final class NoRoom {
    /** What PyTorch 2.7 says of a GPU; the line ends with advice. */
    public static final String GPU_LINE = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity"
            + " of 23.64 GiB of which 1.12 GiB is free. Of the allocated memory 21.90 GiB is allocated by PyTorch, and"
            + " 102.40 MiB is reserved by PyTorch but unallocated.";

    public static final String CPU_LINE = "DefaultCPUAllocator: can't allocate memory: you tried to allocate"
            + " 4503599627370496 bytes. Error code 12 (Cannot allocate memory)";

    /** Asks for more than any machine has. */
    private static final String SOURCE = """
              def inner(self, x: Tensor) -> Tensor:
                return torch.add(torch.expand(x, [1125899906842624]), 1.)

              def outer(self, x: Tensor) -> Tensor:
                return torch.mul(self.inner(x), 2.)
            """;

    private NoRoom() {}

    /** Of an emitted network on the CPU: the engine's own. */
    public static EngineException onTheCpu() {
        try (LoadedModule loaded = LoadedModule.of(TorchScriptArchive.of(SOURCE), Device.cpu());
                NDArray one = loaded.manager().create(new float[] {1});
                IValue x = IValue.from((PtNDArray) one)) {
            TorchMethods.run(loaded.module(), "outer", true, x).close();
            throw new AssertionError("4 PiB are there");
        } catch (EngineException e) {
            return e;
        }
    }

    /** Of an emitted network on a GPU, with the native stack that follows. */
    public static EngineException onAGpu() {
        return new EngineException("The following operation failed in the TorchScript interpreter.\n"
                + "Traceback of TorchScript (most recent call last):\n"
                + "  File \"code/__torch__.py\", line 9, in denoise\n"
                + "    return torch.add(x, 1.)\n"
                + "           ~~~~~~~~~ <--- HERE\n"
                + "RuntimeError: " + GPU_LINE + "\nException raised from malloc at CUDACachingAllocator.cpp:1338\n");
    }
}
