package dev.glimpse.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reading of a network that lists its parameters: keys, shapes and how they start.
 *
 * <p>Stands a placeholder for every tensor, since a layer's shape is in its definition.
 */
final class ParameterOps implements NetworkOps<Object> {
    private static final Object TENSOR = new Object();

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    /** The parameters of a network in the order in which it uses them. */
    static List<Parameter> of(SongUNet network) {
        ParameterOps ops = new ParameterOps();
        network.forward(ops, TENSOR, TENSOR, TENSOR, TENSOR);
        return new ArrayList<>(ops.parameters.values());
    }

    @Override
    public Object conv(Object x, Layer layer) {
        int k = layer.kernel();
        return declare(layer, List.of(layer.out(), layer.in(), k, k), (layer.in() + layer.out()) * k * k);
    }

    @Override
    public Object linear(Object x, Layer layer) {
        return declare(layer, List.of(layer.out(), layer.in()), layer.in() + layer.out());
    }

    private Object declare(Layer layer, List<Integer> shape, int fans) {
        // Xavier uniform: U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out)), fans counting the kernel's area.
        put(new Parameter(layer.weight(), shape, layer.gain() * Math.sqrt(6.0 / fans), 0));
        put(new Parameter(layer.bias(), List.of(layer.out()), 0, 0));
        return TENSOR;
    }

    @Override
    public Object groupNorm(Object x, Norm norm) {
        put(new Parameter(norm.gain(), List.of(norm.channels()), 0, 1));
        put(new Parameter(norm.bias(), List.of(norm.channels()), 0, 0));
        return TENSOR;
    }

    private void put(Parameter parameter) {
        parameters.putIfAbsent(parameter.name(), parameter);
    }

    @Override
    public Object attention(Object x, Layer qkv, Layer projection) {
        conv(x, qkv);
        return conv(x, projection);
    }

    @Override
    public Object silu(Object x) {
        return TENSOR;
    }

    @Override
    public Object add(Object a, Object b) {
        return TENSOR;
    }

    @Override
    public Object addPerChannel(Object x, Object v) {
        return TENSOR;
    }

    @Override
    public Object scaleRows(Object x, Object v) {
        return TENSOR;
    }

    @Override
    public Object multiply(Object a, Object b) {
        return TENSOR;
    }

    @Override
    public Object affine(Object x, double factor, double offset) {
        return TENSOR;
    }

    @Override
    public Object power(Object x, double exponent) {
        return TENSOR;
    }

    @Override
    public Object log(Object x) {
        return TENSOR;
    }

    @Override
    public Object concat(Object a, Object b) {
        return TENSOR;
    }

    @Override
    public Object upsample(Object x) {
        return TENSOR;
    }

    @Override
    public Object downsample(Object x) {
        return TENSOR;
    }

    @Override
    public Object spaceToDepth(Object x, int factor) {
        return TENSOR;
    }

    @Override
    public Object depthToSpace(Object x, int factor) {
        return TENSOR;
    }

    @Override
    public Object sinusoid(Object c, int channels) {
        return TENSOR;
    }
}
