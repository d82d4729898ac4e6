package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.TorchMethods;
import dev.glimpse.model.LoadedModule;
import dev.glimpse.model.TorchScriptArchive;

/**
 * A module of TorchScript methods on a device.
 *
 * <p>Confined to the thread that loaded it.
 */
final class EmittedOps implements AutoCloseable {
    private final LoadedModule loaded;

    /** @param source the methods' text, indented by two spaces */
    EmittedOps(String source, Device device) {
        loaded = LoadedModule.of(TorchScriptArchive.of(source), device);
    }

    NDManager manager() {
        return loaded.manager();
    }

    /** Calls a method and closes its arguments; the result belongs to {@code owner}. */
    NDArray call(NDManager owner, String method, IValue... arguments) {
        try (IValue result = TorchMethods.run(loaded.module(), method, true, arguments)) {
            return result.toTensor((PtNDManager) owner);
        } finally {
            close(arguments);
        }
    }

    /** Calls a method that gives a list and closes its arguments; the results belong to {@code owner}. */
    NDArray[] callList(NDManager owner, String method, IValue... arguments) {
        try (IValue result = TorchMethods.run(loaded.module(), method, true, arguments)) {
            return result.toNDList((PtNDManager) owner).toArray(new NDArray[0]);
        } finally {
            close(arguments);
        }
    }

    static IValue tensor(NDArray array) {
        return IValue.from((PtNDArray) array);
    }

    static IValue list(NDArray... arrays) {
        PtNDArray[] tensors = new PtNDArray[arrays.length];
        System.arraycopy(arrays, 0, tensors, 0, arrays.length);
        return IValue.listFrom(tensors);
    }

    private static void close(IValue... arguments) {
        for (IValue argument : arguments) {
            argument.close();
        }
    }

    @Override
    public void close() {
        loaded.close();
    }
}
