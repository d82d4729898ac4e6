package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The reading of a network that computes it at once with DJL's arrays, one native call per operation.
 *
 * <p>The oracle that the emitted TorchScript is tested against. Forward only: nothing here keeps a gradient graph.
 */
final class EagerOps implements NetworkOps<NDArray> {
    private static final Shape ONE = new Shape(1, 1);

    private final Map<String, NDArray> weights;

    /** @param weights arrays by parameter name; stay the caller's */
    EagerOps(Map<String, NDArray> weights) {
        this.weights = weights;
    }

    private NDArray weight(String name) {
        NDArray array = weights.get(name);
        if (array == null) {
            throw new IllegalStateException("parameter: " + name + " (expected: one of the network's)");
        }
        return array;
    }

    @Override
    public NDArray conv(NDArray x, Layer layer) {
        int pad = layer.kernel() / 2;
        NDList result = x.getNDArrayInternal()
                .convolution(x, weight(layer.weight()), weight(layer.bias()), ONE, new Shape(pad, pad), ONE, 1);
        return result.singletonOrThrow();
    }

    @Override
    public NDArray linear(NDArray x, Layer layer) {
        return x.getNDArrayInternal()
                .linear(x, weight(layer.weight()), weight(layer.bias()))
                .singletonOrThrow();
    }

    @Override
    public NDArray groupNorm(NDArray x, Norm norm) {
        Shape shape = x.getShape();
        NDArray groups = x.reshape(shape.get(0), norm.groups(), -1);
        NDArray centred = groups.sub(groups.mean(new int[] {2}, true));
        NDArray variance = centred.square().mean(new int[] {2}, true);
        NDArray normal =
                centred.div(variance.add((float) norm.epsilon()).sqrt()).reshape(shape);
        NDArray gain = weight(norm.gain()).reshape(1, norm.channels(), 1, 1);
        return normal.mul(gain).add(weight(norm.bias()).reshape(1, norm.channels(), 1, 1));
    }

    @Override
    public NDArray silu(NDArray x) {
        return x.mul(x.getNDArrayInternal().sigmoid());
    }

    @Override
    public NDArray add(NDArray a, NDArray b) {
        return a.add(b);
    }

    @Override
    public NDArray addPerChannel(NDArray x, NDArray v) {
        return x.add(v.reshape(v.getShape().get(0), -1, 1, 1));
    }

    @Override
    public NDArray scaleRows(NDArray x, NDArray v) {
        return x.mul(v.reshape(-1, 1, 1, 1));
    }

    @Override
    public NDArray multiply(NDArray a, NDArray b) {
        return a.mul(b);
    }

    @Override
    public NDArray affine(NDArray x, double factor, double offset) {
        return x.mul((float) factor).add((float) offset);
    }

    @Override
    public NDArray power(NDArray x, double exponent) {
        return x.pow((float) exponent);
    }

    @Override
    public NDArray log(NDArray x) {
        return x.log();
    }

    @Override
    public NDArray concat(NDArray a, NDArray b) {
        return a.concat(b, 1);
    }

    @Override
    public NDArray upsample(NDArray x) {
        return x.repeat(2, 2).repeat(3, 2);
    }

    @Override
    public NDArray downsample(NDArray x) {
        return x.getNDArrayInternal().avgPool(new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false, true);
    }

    @Override
    public NDArray spaceToDepth(NDArray x, int factor) {
        Shape s = x.getShape();
        return x.reshape(s.get(0), s.get(1), s.get(2) / factor, factor, s.get(3) / factor, factor)
                .transpose(0, 1, 3, 5, 2, 4)
                .reshape(s.get(0), s.get(1) * factor * factor, s.get(2) / factor, s.get(3) / factor);
    }

    @Override
    public NDArray depthToSpace(NDArray x, int factor) {
        Shape s = x.getShape();
        long channels = s.get(1) / ((long) factor * factor);
        return x.reshape(s.get(0), channels, factor, factor, s.get(2), s.get(3))
                .transpose(0, 1, 4, 2, 5, 3)
                .reshape(s.get(0), channels, s.get(2) * factor, s.get(3) * factor);
    }

    @Override
    public NDArray attention(NDArray x, Layer qkv, Layer projection) {
        Shape shape = x.getShape();
        long c = shape.get(1);
        NDArray mixed = conv(x, qkv).reshape(shape.get(0), c, 3, -1).transpose(2, 0, 1, 3);
        NDArray queries = mixed.get(0).transpose(0, 2, 1);
        NDArray scores = queries.matMul(mixed.get(1)).mul((float) (1 / Math.sqrt((double) c)));
        NDArray attended = mixed.get(2).matMul(scores.softmax(2).transpose(0, 2, 1));
        return conv(attended.reshape(shape), projection);
    }

    @Override
    public NDArray sinusoid(NDArray c, int channels) {
        int half = channels / 2;
        NDManager manager = c.getManager();
        NDArray powers = manager.arange(0, half, 1, DataType.FLOAT32).mul((float) (-Math.log(10000) / (half - 1)));
        NDArray angles = c.reshape(-1, 1).mul(powers.exp().reshape(1, half));
        return angles.sin().concat(angles.cos(), 1);
    }

    @Override
    public NDArray block(Supplier<NDArray> part) {
        try (NDScope scope = new NDScope()) {
            NDArray result = part.get();
            NDScope.unregister(result);
            return result;
        }
    }
}
