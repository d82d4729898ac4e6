package dev.glimpse.model;

import java.util.function.Supplier;

/**
 * The operations a network is written in, independent of who carries them out.
 *
 * <p>One definition of a network has several readings: {@link TorchScriptOps} writes it down as TorchScript text,
 * {@link EagerOps} computes it with DJL arrays, {@link ParameterOps} lists the parameters it needs.
 *
 * @param <T> what stands for a tensor: a name in the emitted text, an array, a placeholder
 */
interface NetworkOps<T> {
    /** 2-D convolution, stride 1, zero padding of half the kernel: [B, in, H, W] to [B, out, H, W]. */
    T conv(T x, Layer layer);

    /** Affine map of the last axis: [B, in] to [B, out]. */
    T linear(T x, Layer layer);

    /**
     * A {@link #conv} without bias, padded further by what the filter reaches, then smoothed and halved without
     * padding, then the bias: [B, in, H, W] to [B, out, H/2, W/2].
     */
    T convDownsample(T x, Layer layer, Filter filter);

    /** Declares a layer without a bias that checkpoints hold and nothing uses. */
    default void unused(Layer layer) {}

    /** Group normalisation with a learned gain and bias per channel. */
    T groupNorm(T x, Norm norm);

    /** x sigmoid(x). */
    T silu(T x);

    /** Drops activations at random and scales the others up, in readings for training; here nothing. */
    default T dropout(T x) {
        return x;
    }

    /** Sum of two tensors of one shape. */
    T add(T a, T b);

    /** Adds v [B, C] to every pixel of x [B, C, H, W]. */
    T addPerChannel(T x, T v);

    /** x (1 + scale) + shift per channel, where v [B, 2 channels] holds scales, then shifts. */
    T modulate(T x, T v, int channels);

    /** Multiplies row b of x [B, ...] by v[b]. */
    T scaleRows(T x, T v);

    /** Product of two vectors [B]. */
    T multiply(T a, T b);

    /** Quotient of two vectors [B]; exactly 1 where they are equal. */
    T divide(T a, T b);

    /** factor x + offset. */
    T affine(T x, double factor, double offset);

    /** x to a constant power. */
    T power(T x, double exponent);

    /** Natural logarithm. */
    T log(T x);

    T sin(T x);

    T cos(T x);

    /** Joins two tensors on the channel axis. */
    T concat(T a, T b);

    /** Doubles height and width: puts zeros between pixels and smooths with four times the filter's kernel. */
    T upsample(T x, Filter filter);

    /** Smooths with the filter's kernel, zeros beyond the borders, and halves height and width. */
    T downsample(T x, Filter filter);

    /** Moves each factor x factor square of pixels into channels: [B, C, H, W] to [B, C f f, H/f, W/f]. */
    T spaceToDepth(T x, int factor);

    /** The inverse of {@link #spaceToDepth}. */
    T depthToSpace(T x, int factor);

    /**
     * Self-attention over all pixels, without residual or normalisation.
     *
     * @param qkv 1x1 convolution to queries, keys and values
     * @param projection 1x1 convolution of the attended values
     * @param heads how {@code qkv} lays them out
     */
    T attention(T x, Layer qkv, Layer projection, Heads heads);

    /** c f_j with f_j = 10000^(-j / divisor): [B] to [B, count]. */
    T angles(T c, int count, int divisor);

    /**
     * 2 pi c f_j with frequencies that stay as they were drawn: [B] to [B, count].
     *
     * @param name key of the frequencies
     * @param scale their standard deviation
     */
    T randomAngles(T c, String name, int count, double scale);

    /**
     * Looks rows of a table up: [B, classes] to [B, channels], zeros for a row of zeros.
     *
     * @param labels one-hot rows times sqrt(classes)
     * @param name key of the table without ".weight"
     */
    T embedding(T labels, String name, int classes, int channels);

    /**
     * Computes a part of the network whose intermediate results may be freed once its result stands.
     *
     * @param name the part's module or function in the official implementation
     */
    default T block(String name, Supplier<T> part) {
        return part.get();
    }
}
