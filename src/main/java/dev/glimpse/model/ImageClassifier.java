package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Optional;

/**
 * A trained classifier of pictures with frozen weights, as a {@link ClassifierNetwork} exports it.
 *
 * <p>Confined to the thread that loaded it.
 */
public final class ImageClassifier implements AutoCloseable {
    private static final String BUILT_IN = "/classifiers/fashion-mnist/classifier.pt";

    private final ClassifierCard card;
    private final TorchScriptFile file;

    private ImageClassifier(ClassifierCard card, TorchScriptFile file) {
        this.card = card;
        this.file = file;
    }

    /** The card inside a file; empty if it is no classifier of ours, whatever else it is. */
    public static Optional<ClassifierCard> card(byte[] content, String source) {
        return TorchScriptFile.extra(content, ClassifierNetwork.CARD)
                .map(text -> ClassifierCard.parse(text, source + ": " + ClassifierNetwork.CARD));
    }

    /**
     * Loads a classifier on a device; call it on the thread that will evaluate it.
     *
     * @param content bytes of its file
     * @param source names the file in messages
     * @throws ModelFormatException if it is no classifier of ours
     */
    public static ImageClassifier load(byte[] content, String source, Device device) {
        ClassifierCard card = card(content, source)
                .orElseThrow(() -> new ModelFormatException(
                        source + ": no " + ClassifierNetwork.CARD + " in it (expected: a classifier of this program)"));
        return new ImageClassifier(card, TorchScriptFile.load(content, source, device));
    }

    /** Bytes of the classifier that comes with the program. */
    public static byte[] builtIn() {
        return BundledFile.read(BUILT_IN);
    }

    /** What the classifier's file tells of itself. */
    public ClassifierCard card() {
        return card;
    }

    /**
     * Feature maps from the full size down, [B, C_i, H_i, W_i], and at the end the feature vectors [B, F].
     *
     * @param gradients whether gradients with respect to x may be asked for later; otherwise inference mode
     * @param x [B, C, H, W] in [-1, 1]; its manager owns the result
     */
    public NDList features(boolean gradients, NDArray x) {
        try (IValue result = file.run("features", gradients, IValue.from((PtNDArray) x))) {
            return result.toNDList((PtNDManager) x.getManager());
        }
    }

    /**
     * Logits [B, classes] of feature vectors.
     *
     * @param features [B, F], the last of {@link #features}; its manager owns the result
     */
    public NDArray head(boolean gradients, NDArray features) {
        try (IValue result = file.run("head", gradients, IValue.from((PtNDArray) features))) {
            return result.toTensor((PtNDManager) features.getManager());
        }
    }

    /** The manager that owns the module. */
    public NDManager manager() {
        return file.manager();
    }

    @Override
    public void close() {
        file.close();
    }
}
