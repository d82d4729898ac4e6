package dev.glimpse.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.TorchScriptFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Features that a foreign TorchScript module gives: {@code forward(x)} or {@code forward(x, return_features=True)}.
 *
 * <p>How the module wants to be called is found out with black pictures when it is loaded: with three channels before
 * one, with the flag before without it. It must make as many values of each of two pictures as of one alone.
 */
final class TorchScriptFeatures implements FeatureNetwork {
    private static final int INCEPTION_CLASSES = 1008;

    private final TorchScriptFile file;
    private final PixelTensors inputs;
    private final Call call;
    private final int dimension;
    private final int classes;

    /**
     * A way to call the module.
     *
     * @param type of the pixels
     * @param channels of a picture
     * @param flag whether it is told to return features
     */
    private record Call(DataType type, int channels, boolean flag) {
        boolean[] flags() {
            return flag ? new boolean[] {true} : new boolean[0];
        }
    }

    private TorchScriptFeatures(TorchScriptFile file, Call call, PixelTensors inputs, int dimension, int classes) {
        this.file = file;
        this.call = call;
        this.inputs = inputs;
        this.dimension = dimension;
        this.classes = classes;
    }

    /**
     * Finds out how to call a module.
     *
     * @param range by which the module wants its pixels; empty to try bytes alone
     * @param inception whether the module is the Inception network, whose class probabilities are known how to ask for;
     *     an export that does not answer so gives features alone
     * @throws ModelFormatException if the module cannot be called in any of these ways; {@code file} stays the caller's
     */
    static TorchScriptFeatures of(
            TorchScriptFile file, String source, PictureShape picture, Optional<PixelRange> range, boolean inception) {
        PixelRange values = range.orElse(PixelRange.U8);
        boolean answered = false;
        String last = "";
        for (Call call : candidates(picture, range)) {
            try {
                PixelTensors two = new PixelTensors(picture, call.channels(), 2, call.type(), values);
                PixelTensors one = new PixelTensors(picture, call.channels(), 1, call.type(), values);
                byte[] black = new byte[2 * picture.values()];
                int dimension = run(file, one, black, 1, call.flags()).length;
                int ofTwo = run(file, two, black, 2, call.flags()).length;
                if (dimension > 0 && ofTwo == 2 * dimension) {
                    PixelTensors inputs = new PixelTensors(picture, call.channels(), BATCH, call.type(), values);
                    int classes = inception ? classes(file, two, black) : 0;
                    return new TorchScriptFeatures(file, call, inputs, dimension, classes);
                }
                answered = true;
                last = dimension + " values of one picture and " + ofTwo + " of two";
            } catch (NoVectorsException e) {
                answered = true;
                last = e.getMessage();
            } catch (RuntimeException e) {
                last = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
        }
        throw new ModelFormatException(
                range.isEmpty() && !answered
                        ? "--features-input: none (expected: u8, unit or signed, as " + source + " takes no bytes)"
                        : source + ": no features (expected: a TorchScript module that turns pictures [B, C, H, W] into"
                                + " [B, D]; the last way to call it failed with: " + last + ")");
    }

    /** The classes that the module names when it is asked as the Inception export is; 0 if it does not answer so. */
    private static int classes(TorchScriptFile file, PixelTensors two, byte[] black) {
        try {
            return probabilities(file, two, black, 2).length == 2 * INCEPTION_CLASSES ? INCEPTION_CLASSES : 0;
        } catch (RuntimeException e) {
            return 0;
        }
    }

    /** return_features = False, use_fp16 = False, no_output_bias = True: what Inception scores are made of. */
    private static float[] probabilities(TorchScriptFile file, PixelTensors tensors, byte[] pixels, int rows) {
        return run(file, tensors, pixels, rows, false, false, true);
    }

    private static List<Call> candidates(PictureShape picture, Optional<PixelRange> range) {
        List<Call> candidates = new ArrayList<>();
        List<Integer> channels = picture.channels() == 3 ? List.of(3) : List.of(3, 1);
        List<DataType> types = range.isEmpty()
                ? List.of(DataType.UINT8)
                : range.get() == PixelRange.U8 ? List.of(DataType.UINT8, DataType.FLOAT32) : List.of(DataType.FLOAT32);
        for (DataType type : types) {
            for (int count : channels) {
                candidates.add(new Call(type, count, true));
                candidates.add(new Call(type, count, false));
            }
        }
        return candidates;
    }

    /** Of maps, each place would count as a feature, and their covariances would fill any memory. */
    private static final class NoVectorsException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        NoVectorsException(Shape shape) {
            super("result: " + shape + " (expected: [B, D], as by a mean over the places of maps)");
        }
    }

    private static boolean isVectors(Shape shape) {
        for (int i = 2; i < shape.dimension(); i++) {
            if (shape.get(i) != 1) {
                return false;
            }
        }
        return true;
    }

    private static float[] run(TorchScriptFile file, PixelTensors tensors, byte[] pixels, int rows, boolean... flags) {
        try (NDManager scratch = file.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            IValue[] arguments = new IValue[flags.length + 1];
            arguments[0] = IValue.from((PtNDArray) tensors.of(scratch, pixels, rows));
            for (int i = 0; i < flags.length; i++) {
                arguments[i + 1] = IValue.from(flags[i]);
            }
            try (IValue result = file.run("forward", false, arguments)) {
                if (!result.isTensor()) {
                    throw new IllegalArgumentException("result: no tensor (expected: [B, D])");
                }
                NDArray features = result.toTensor((PtNDManager) scratch);
                if (!isVectors(features.getShape())) {
                    throw new NoVectorsException(features.getShape());
                }
                return features.toType(DataType.FLOAT32, false).toFloatArray();
            }
        }
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public FeatureBlock extract(byte[] pixels, int rows) {
        float[] features = first(rows, dimension, run(file, inputs, pixels, rows, call.flags()));
        float[] probabilities =
                classes > 0 ? first(rows, classes, probabilities(file, inputs, pixels, rows)) : new float[0];
        return new FeatureBlock(rows, dimension, features, probabilities);
    }

    /** The rows that were asked for of a whole batch. */
    private static float[] first(int rows, int width, float[] batch) {
        if (batch.length != BATCH * width) {
            throw new IllegalStateException("features: " + batch.length + " values (expected: " + BATCH + " rows of "
                    + width + ", as of a single picture)");
        }
        return Arrays.copyOf(batch, rows * width);
    }

    @Override
    public void close() {
        file.close();
    }
}
