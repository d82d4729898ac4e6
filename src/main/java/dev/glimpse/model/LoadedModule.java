package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A TorchScript module of this program's own making, on a device.
 *
 * <p>Confined to the thread that loaded it: the engine's optimiser setting and grad mode belong to threads.
 *
 * @param manager owns the module and what is made for it
 * @param module its methods
 */
public record LoadedModule(NDManager manager, PtSymbolBlock module) implements AutoCloseable {
    /** Loads an {@linkplain TorchScriptArchive archive}; whatever fails on the way, nothing stays open. */
    public static LoadedModule of(byte[] archive, Device device) {
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        // The profiling executor specialises on the shapes it meets: its first calls are slow, later ones no faster.
        JniUtils.setGraphExecutorOptimize(false);
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
            return new LoadedModule(manager, module);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("reading from memory", e);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
