package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The reading of a network that computes it at once with DJL's arrays, one native call per operation.
 *
 * <p>The oracle that the emitted TorchScript is tested against. Forward only: nothing here keeps a gradient graph.
 */
final class EagerOps implements NetworkOps<NDArray> {
    private static final Shape ONE = new Shape(1, 1);
    private static final Shape TWO = new Shape(2, 2);

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
    public NDArray divide(NDArray a, NDArray b) {
        return a.div(b);
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
    public NDArray sin(NDArray x) {
        return x.sin();
    }

    @Override
    public NDArray cos(NDArray x) {
        return x.cos();
    }

    @Override
    public NDArray modulate(NDArray x, NDArray v, int channels) {
        NDArray wide = v.reshape(v.getShape().get(0), 2, channels, 1, 1);
        return x.mul(wide.get(":, 0").add(1f)).add(wide.get(":, 1"));
    }

    @Override
    public NDArray concat(NDArray a, NDArray b) {
        return a.concat(b, 1);
    }

    /*
     * DJL has no transposed convolution, but a filter's kernel is that of a repetition followed by a narrower one:
     * [1, 3, 3, 1] = [1, 1] * [1, 2, 1].
     */
    @Override
    public NDArray upsample(NDArray x, Filter filter) {
        NDArray repeated = x.repeat(2, 2).repeat(3, 2);
        List<Integer> rest = new ArrayList<>();
        int carry = 0;
        for (int tap : filter.taps().subList(0, filter.width() - 1)) {
            carry = tap - carry;
            rest.add(carry);
        }
        return filter.isBox() ? repeated : smooth(repeated, new Filter("", rest), ONE, rest.size() / 2);
    }

    @Override
    public NDArray downsample(NDArray x, Filter filter) {
        return filter.isBox()
                ? x.getNDArrayInternal().avgPool(TWO, TWO, new Shape(0, 0), false, true)
                : smooth(x, filter, TWO, filter.width() / 2 - 1);
    }

    @Override
    public NDArray convDownsample(NDArray x, Layer layer, Filter filter) {
        int pad = layer.kernel() / 2 + filter.width() / 2 - 1;
        NDArray wide = convolve(x, weight(layer.weight()), ONE, pad, 1);
        return smooth(wide, filter, TWO, 0).add(weight(layer.bias()).reshape(1, layer.out(), 1, 1));
    }

    private static NDArray smooth(NDArray x, Filter filter, Shape stride, int pad) {
        int channels = Math.toIntExact(x.getShape().get(1));
        NDArray kernel = x.getManager()
                .create(filter.kernel(1), new Shape(1, 1, filter.width(), filter.width()))
                .repeat(0, channels);
        return convolve(x, kernel, stride, pad, channels);
    }

    private static NDArray convolve(NDArray x, NDArray kernel, Shape stride, int pad, int groups) {
        NDArray none = x.getManager().zeros(new Shape(kernel.getShape().get(0)));
        return x.getNDArrayInternal()
                .convolution(x, kernel, none, stride, new Shape(pad, pad), ONE, groups)
                .singletonOrThrow();
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
    public NDArray attention(NDArray x, Layer qkv, Layer projection, Heads heads) {
        Shape shape = x.getShape();
        long rows = shape.get(0) * heads.count();
        long c = shape.get(1) / heads.count();
        NDArray mixed = conv(x, qkv);
        mixed = heads.interleaved()
                ? mixed.reshape(rows, c, 3, -1).transpose(2, 0, 1, 3)
                : mixed.reshape(shape.get(0), 3, heads.count(), c, -1)
                        .transpose(1, 0, 2, 3, 4)
                        .reshape(3, rows, c, -1);
        NDArray queries = mixed.get(0).transpose(0, 2, 1);
        NDArray scores = queries.matMul(mixed.get(1)).mul((float) (1 / Math.sqrt((double) c)));
        NDArray attended = mixed.get(2).matMul(scores.softmax(2).transpose(0, 2, 1));
        return conv(attended.reshape(shape), projection);
    }

    @Override
    public NDArray angles(NDArray c, int count, int divisor) {
        NDArray powers = c.getManager().arange(0, count, 1, DataType.FLOAT32).mul((float) -Math.log(10000));
        return c.reshape(-1, 1).mul(powers.div((float) divisor).exp().reshape(1, count));
    }

    @Override
    public NDArray randomAngles(NDArray c, String name, int count, double scale) {
        return c.reshape(-1, 1).mul(weight(name).mul((float) (2 * Math.PI)).reshape(1, count));
    }

    @Override
    public NDArray embedding(NDArray labels, String name, int classes, int channels) {
        return labels.mul((float) (1 / Math.sqrt(classes))).matMul(weight(name + ".weight"));
    }

    @Override
    public NDArray block(String name, Supplier<NDArray> part) {
        NDArray result;
        try (NDScope scope = new NDScope()) {
            result = part.get();
            NDScope.unregister(result);
        }
        NDScope.register(result);
        return result;
    }
}
