package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.TorchScriptFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A TorchScript network that is not trained and that gradients pass through: it gives features of pictures, or the
 * distance of two.
 *
 * <p>Such a file runs code of its own, so it is loaded only where a person named it. Confined to the thread that loaded
 * it.
 */
final class FrozenNetwork implements AutoCloseable {
    private static final String FEATURES = "features";
    private static final String FORWARD = "forward";

    private final Path file;
    private final TorchScriptFile module;
    private final String method;

    private FrozenNetwork(Path file, TorchScriptFile module) {
        this.file = file;
        this.module = module;
        this.method = hasFeatures() ? FEATURES : FORWARD;
    }

    /** @throws dev.glimpse.model.ModelFormatException naming the file, if the engine takes it for no module */
    static FrozenNetwork load(Path file, Device device) {
        return new FrozenNetwork(file, TorchScriptFile.load(TorchScriptFile.bytes(file), file.toString(), device));
    }

    /** DJL cannot list methods: a call without arguments fails either way, and the message tells why. */
    private boolean hasFeatures() {
        try (IValue none = module.run(FEATURES, false)) {
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
        try (IValue result = module.run(method, true, IValue.from((PtNDArray) x))) {
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

    /**
     * Shapes of the maps of one picture of a shape.
     *
     * @throws IllegalArgumentException naming the file, if it gives none
     */
    List<Shape> maps(Shape picture) {
        return tried(
                picture,
                "a network that gives feature maps",
                scratch -> Arrays.stream(features(scratch, scratch.zeros(picture)))
                        .map(NDArray::getShape)
                        .toList());
    }

    /** What the network's {@code forward} makes of two batches: a distance for each picture, [B]. */
    NDArray distance(NDManager owner, NDArray a, NDArray b) {
        try (IValue result = module.run(FORWARD, true, IValue.from((PtNDArray) a), IValue.from((PtNDArray) b))) {
            NDArray distances = result.toTensor((PtNDManager) owner);
            if (distances.size() != a.getShape().get(0)) {
                throw new IllegalArgumentException(
                        file + ": " + distances.getShape() + " (expected: one distance a picture)");
            }
            return distances.reshape(-1);
        }
    }

    /** @throws IllegalArgumentException naming the file, if it gives no distance of two pictures of a shape */
    void requireDistance(Shape picture) {
        tried(
                picture,
                "a network that gives the distance of two",
                scratch -> distance(scratch, scratch.zeros(picture), scratch.zeros(picture))
                        .getShape());
    }

    private <T> T tried(Shape picture, String expected, Function<NDManager, T> trial) {
        JniUtils.setGradMode(false);
        try (NDManager scratch = module.manager().newSubManager()) {
            return trial.apply(scratch);
        } catch (EngineException e) {
            throw new IllegalArgumentException(
                    file + ": refuses a picture " + picture + " (expected: " + expected + "): " + e.getMessage(), e);
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
