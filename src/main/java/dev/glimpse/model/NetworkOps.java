package dev.glimpse.model;

import java.util.function.Supplier;

/**
 * The operations a network is written in, independent of who carries them out.
 *
 * <p>One definition of a network has several readings: {@link TorchScriptOps} writes it down as TorchScript text,
 * {@link EagerOps} computes it with DJL arrays, {@link ParameterOps} lists the parameters it needs.
 *
 * @param <T> what stands for a tensor: a name in the emitted text, an array, a number of channels
 */
interface NetworkOps<T> {
    /** 2-D convolution, stride 1, zero padding of half the kernel: [B, in, H, W] to [B, out, H, W]. */
    T conv(T x, Layer layer);

    /** Affine map of the last axis: [B, in] to [B, out]. */
    T linear(T x, Layer layer);

    /** Group normalisation with a learned gain and bias per channel. */
    T groupNorm(T x, Norm norm);

    /** x sigmoid(x). */
    T silu(T x);

    /** Sum of two tensors of one shape. */
    T add(T a, T b);

    /** Adds v [B, C] to every pixel of x [B, C, H, W]. */
    T addPerChannel(T x, T v);

    /** Multiplies row b of x [B, ...] by v[b]. */
    T scaleRows(T x, T v);

    /** Product of two vectors [B]. */
    T multiply(T a, T b);

    /** factor x + offset. */
    T affine(T x, double factor, double offset);

    /** x to a constant power. */
    T power(T x, double exponent);

    /** Natural logarithm. */
    T log(T x);

    /** Joins two images on the channel axis. */
    T concat(T a, T b);

    /** Doubles height and width by repeating each pixel. */
    T upsample(T x);

    /** Halves height and width by the mean of 2 x 2 pixels. */
    T downsample(T x);

    /** Moves each factor x factor square of pixels into channels: [B, C, H, W] to [B, C f f, H/f, W/f]. */
    T spaceToDepth(T x, int factor);

    /** The inverse of {@link #spaceToDepth}. */
    T depthToSpace(T x, int factor);

    /**
     * Self-attention over all pixels with one head of {@code channels} values, without residual or normalisation.
     *
     * @param qkv 1x1 convolution to 3 channels, where output 3c holds q, 3c + 1 holds k and 3c + 2 holds v of channel c
     * @param projection 1x1 convolution of the attended values
     */
    T attention(T x, Layer qkv, Layer projection);

    /** [sin(c f_j), cos(c f_j)] with f_j = 10000^(-j / (channels/2 - 1)): [B] to [B, channels]. */
    T sinusoid(T c, int channels);

    /** Computes a part of the network whose intermediate results may be freed once its result stands. */
    default T block(Supplier<T> part) {
        return part.get();
    }
}
