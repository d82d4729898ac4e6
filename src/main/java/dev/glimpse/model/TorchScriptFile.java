package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A TorchScript module from a file, with its own weights, in evaluation mode and not to be trained.
 *
 * <p>Loading such a file runs code of whoever wrote it: only files that the operator names are loaded.
 *
 * <p>Confined to the thread that loaded it: the engine's optimiser setting and grad mode belong to threads.
 */
public final class TorchScriptFile implements AutoCloseable {
    private final NDManager manager;
    private final PtSymbolBlock module;

    private TorchScriptFile(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads a module on a device.
     *
     * @param content the file's bytes
     * @param source names the file in messages
     * @throws ModelFormatException if the engine takes the bytes for no TorchScript module, or has no room for it
     */
    public static TorchScriptFile load(byte[] content, String source, Device device) {
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        // The profiling executor specialises on the shapes it meets: its first calls are slow, later ones no faster.
        JniUtils.setGraphExecutorOptimize(false);
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(content), true, false);
            // Saved while it was trained, it would drop values at random and normalise by whoever shares a batch.
            JniUtils.enableInferenceMode(module);
            freeze(module, (PtNDManager) manager);
            return new TorchScriptFile(manager, module);
        } catch (RuntimeException | IOException e) {
            manager.close();
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ModelFormatException(
                    source + ": cannot be loaded (expected: a TorchScript module): " + reason, e);
        }
    }

    /** Weights that nobody asks gradients of would have every layer keep what it was given, for their sake alone. */
    private static void freeze(PtSymbolBlock module, PtNDManager manager) {
        try (NDList parameters = JniUtils.moduleGetParams(module, manager)) {
            parameters.forEach(parameter -> parameter.setRequiresGradient(false));
        }
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws ModelFormatException if it cannot be read; the message names it
     */
    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read (expected: a TorchScript file)");
        }
    }

    /** A text that an archive carries below {@code extra/}, without loading its module. */
    static Optional<String> extra(byte[] content, String name) {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith("/extra/" + name)) {
                    return Optional.of(text(zip));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // Not a zip that Java can read to this point, hence none of our own archives.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /**
     * Calls one of the module's methods.
     *
     * @param gradients whether the result may take part in a gradient graph (subject to the thread's grad mode);
     *     otherwise inference mode
     * @param arguments closed here
     * @return the result; the caller closes it
     */
    public IValue run(String method, boolean gradients, IValue... arguments) {
        try {
            return TorchMethods.run(module, method, gradients, arguments);
        } finally {
            for (IValue argument : arguments) {
                argument.close();
            }
        }
    }

    /** The manager that owns the module. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
