package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A TorchScript network that is not trained and that gradients pass through: it gives features of pictures, or the
 * distance of two.
 *
 * <p>Such a file runs code of its own, so it is loaded only where a person named it. Confined to the thread that loaded
 * it.
 */
final class FrozenNetwork implements AutoCloseable {
    private static final String FEATURES = "features";

    private final Path file;
    private final NDManager manager;
    private final PtSymbolBlock module;
    private final String method;

    private FrozenNetwork(Path file, NDManager manager, PtSymbolBlock module) {
        this.file = file;
        this.manager = manager;
        this.module = module;
        this.method = hasFeatures() ? FEATURES : "forward";
    }

    static FrozenNetwork load(Path file, Device device) {
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        JniUtils.setGraphExecutorOptimize(false);
        try (InputStream in = Files.newInputStream(file)) {
            return new FrozenNetwork(file, manager, JniUtils.loadModule((PtNDManager) manager, in, false, false));
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw new IllegalArgumentException(file + ": " + e.getMessage() + " (expected: a TorchScript file)", e);
        }
    }

    /** DJL cannot list methods: a call without arguments fails either way, and the message tells why. */
    private boolean hasFeatures() {
        try (IValue none = TorchMethods.run(module, FEATURES, false)) {
            return !none.isTensor();
        } catch (EngineException e) {
            return !String.valueOf(e.getMessage()).contains("'" + FEATURES + "' is not defined");
        }
    }

    /**
     * What the network makes of pictures in [-1, 1]: its feature maps [B, C, H, W], from fine to coarse.
     *
     * <p>They come from its method {@code features}, or where it has none from {@code forward}; vectors among them are
     * left out.
     *
     * @throws IllegalArgumentException if there is no map among them
     */
    NDArray[] features(NDManager owner, NDArray x) {
        try (IValue input = IValue.from((PtNDArray) x);
                IValue result = TorchMethods.run(module, method, true, input)) {
            NDList all = result.isTensor()
                    ? new NDList(result.toTensor((PtNDManager) owner))
                    : result.toNDList((PtNDManager) owner);
            NDArray[] maps =
                    all.stream().filter(map -> map.getShape().dimension() == 4).toArray(NDArray[]::new);
            TrainingRecipe.require(
                    maps.length > 0, "features", file + ", which gives no map", "at least one map [B, C, H, W]");
            return maps;
        }
    }

    /** Shapes of the maps of one picture of a shape. */
    List<Shape> maps(Shape picture) {
        JniUtils.setGradMode(false);
        try (NDManager scratch = manager.newSubManager()) {
            List<Shape> shapes = new ArrayList<>();
            for (NDArray map : features(scratch, scratch.zeros(picture))) {
                shapes.add(map.getShape());
            }
            return shapes;
        } catch (EngineException e) {
            throw new IllegalArgumentException(
                    file + ": refuses a picture " + picture + " (expected: a network that gives feature maps): "
                            + e.getMessage(),
                    e);
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** What the network's {@code forward} makes of two batches: a distance for each picture, [B]. */
    NDArray verdict(NDManager owner, NDArray a, NDArray b) {
        try (IValue one = IValue.from((PtNDArray) a);
                IValue other = IValue.from((PtNDArray) b);
                IValue result = TorchMethods.run(module, "forward", true, one, other)) {
            NDArray distances = result.toTensor((PtNDManager) owner);
            if (distances.size() != a.getShape().get(0)) {
                throw new IllegalArgumentException(
                        file + ": " + distances.getShape() + " (expected: one distance a picture)");
            }
            return distances.reshape(-1);
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
