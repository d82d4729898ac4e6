package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The operations of training that DJL lacks or does one parameter at a time, as a second emitted module: losses, the
 * Heun step, gradients of chosen tensors, optimisers and the moving average over whole lists.
 *
 * <p>Confined to the thread that loaded it.
 */
final class TrainingOps implements AutoCloseable {
    /** The bound of {@link #balance}, as the source has it. */
    static final double MAX_BALANCE = 1e4;

    private static final String SOURCE = "/dev/glimpse/training/operations.torchscript";

    private final EmittedOps module;

    TrainingOps(Device device) {
        try {
            module = new EmittedOps(source(), device);
        } catch (IOException e) {
            throw new UncheckedIOException("reading this program's jar", e);
        }
    }

    private static String source() throws IOException {
        try (InputStream in = TrainingOps.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException(SOURCE + ": missing (expected: in this program's jar)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The manager of the operations' device. */
    NDManager manager() {
        return module.manager();
    }

    /** Calls an operation on tensors; the result belongs to {@code owner}. */
    NDArray call(NDManager owner, String method, NDArray... inputs) {
        IValue[] arguments = new IValue[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            arguments[i] = tensor(inputs[i]);
        }
        return call(owner, method, arguments);
    }

    /** Calls an operation on any arguments and closes them; the result belongs to {@code owner}. */
    NDArray call(NDManager owner, String method, IValue... arguments) {
        return module.call(owner, method, arguments);
    }

    /** Pseudo-Huber distance per picture (Song and Dhariwal, 2023): sqrt(|a - b|^2 + c^2) - c, [B]. */
    NDArray huber(NDManager owner, NDArray a, NDArray b, double c) {
        return call(owner, "huber", tensor(a), tensor(b), IValue.from(c));
    }

    /** Pictures at another size, bilinear without antialiasing; {@code side} 0 leaves them as they are. */
    NDArray resize(NDManager owner, NDArray x, int side) {
        return side == 0 ? x : call(owner, "resize", tensor(x), IValue.from(side));
    }

    /** Values of [-1, 1] in [0, 1]. */
    NDArray toUnit(NDManager owner, NDArray x) {
        return call(owner, "unit", x);
    }

    /** Squared differences of normalised features plus weighted differences of pixels, [B]. */
    NDArray compareFeatures(NDManager owner, NDArray[] a, NDArray[] b, NDArray pixels, double pixelWeight) {
        return call(owner, "perceptual", list(a), list(b), tensor(pixels), IValue.from(pixelWeight));
    }

    /** Mean of all values. */
    NDArray mean(NDManager owner, NDArray x) {
        return call(owner, "average", x);
    }

    /**
     * The weight that gives a loss the influence of another on the last layer (CTM paper, adaptive weights, after
     * VQGAN): |a| / (|b| + 1e-4), at most {@link #MAX_BALANCE}, for the gradients a and b of that layer.
     */
    double balance(NDManager owner, NDArray a, NDArray b) {
        return call(owner, "balance", a, b).getFloat();
    }

    /** Adds {@code factor} times some tensors to others, in place. */
    void add(NDManager owner, NDArray[] into, NDArray[] other, double factor) {
        call(owner, "accumulate", list(into), list(other), IValue.from(factor));
    }

    /**
     * Copies of float32 tensors on this device, outside any graph.
     *
     * <p>Not by the engine's own method, which leaves a manager behind in the source's for each tensor.
     */
    NDArray[] copy(NDManager owner, NDArray... tensors) {
        if (tensors.length == 0) {
            return tensors;
        }
        JniUtils.setGradMode(false);
        try (NDArray here = owner.create(0f)) {
            return module.callList(owner, "copies", list(tensors), tensor(here));
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Multiplies tensors, in place. */
    void scale(NDManager owner, NDArray[] tensors, double factor) {
        call(owner, "scale", list(tensors), IValue.from(factor));
    }

    /** L2 norm over all tensors. */
    double norm(NDManager owner, NDArray... tensors) {
        return call(owner, "norm", list(tensors)).getFloat();
    }

    /** Whether all values are finite, and not so large that nothing could be done with them. */
    boolean areFinite(NDArray... tensors) {
        JniUtils.setGradMode(false);
        try (NDManager own = manager().newSubManager()) {
            return tensors.length == 0 || Double.isFinite(norm(own, tensors));
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Gradients of a scalar with respect to some tensors; nothing is accumulated in them. */
    NDArray[] grad(NDManager owner, NDArray y, boolean retainGraph, NDArray... xs) {
        return module.callList(owner, "grad", tensor(y), list(xs), IValue.from(retainGraph));
    }

    static IValue tensor(NDArray array) {
        return EmittedOps.tensor(array);
    }

    static IValue list(NDArray... arrays) {
        return EmittedOps.list(arrays);
    }

    @Override
    public void close() {
        module.close();
    }
}
