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
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();

    /** Walks through a network. */
    static ParameterOps of(Network network) {
        ParameterOps ops = new ParameterOps();
        network.forward(ops, TENSOR, TENSOR, TENSOR, TENSOR);
        return ops;
    }

    /** The parameters in the order in which the network uses them. */
    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /** The constants that official checkpoints hold too. */
    List<Buffer> buffers() {
        return List.copyOf(buffers.values());
    }

    @Override
    public Object conv(Object x, Layer layer) {
        int k = layer.kernel();
        return declare(layer, List.of(layer.out(), layer.in(), k, k));
    }

    @Override
    public Object linear(Object x, Layer layer) {
        return declare(layer, List.of(layer.out(), layer.in()));
    }

    private Object declare(Layer layer, List<Integer> shape) {
        put(new Parameter(layer.weight(), shape, Start.uniform(layer.weightSpread())));
        put(new Parameter(layer.bias(), List.of(layer.out()), Start.uniform(layer.biasSpread())));
        return TENSOR;
    }

    @Override
    public Object convDownsample(Object x, Layer layer, Filter filter) {
        declare(filter);
        return conv(x, layer);
    }

    private Object declare(Filter filter) {
        if (!filter.buffer().isEmpty()) {
            List<Float> values = new ArrayList<>();
            for (float value : filter.kernel(1)) {
                values.add(value);
            }
            List<Integer> shape = List.of(1, 1, filter.width(), filter.width());
            buffers.put(filter.buffer(), new Buffer(filter.buffer(), shape, values));
        }
        return TENSOR;
    }

    @Override
    public void unused(Layer layer) {
        put(new Parameter(
                layer.weight(), List.of(layer.out(), layer.in()), Start.uniform(layer.weightSpread()), false));
    }

    @Override
    public Object groupNorm(Object x, Norm norm) {
        put(new Parameter(norm.gain(), List.of(norm.channels()), Start.constant(1)));
        put(new Parameter(norm.bias(), List.of(norm.channels()), Start.constant(0)));
        return TENSOR;
    }

    private void put(Parameter parameter) {
        parameters.putIfAbsent(parameter.name(), parameter);
    }

    @Override
    public Object attention(Object x, Layer qkv, Layer projection, Heads heads) {
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
    public Object divide(Object a, Object b) {
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
    public Object sin(Object x) {
        return TENSOR;
    }

    @Override
    public Object cos(Object x) {
        return TENSOR;
    }

    @Override
    public Object modulate(Object x, Object v, int channels) {
        return TENSOR;
    }

    @Override
    public Object concat(Object a, Object b) {
        return TENSOR;
    }

    @Override
    public Object upsample(Object x, Filter filter) {
        return declare(filter);
    }

    @Override
    public Object downsample(Object x, Filter filter) {
        return declare(filter);
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
    public Object angles(Object c, int count, int divisor) {
        return TENSOR;
    }

    @Override
    public Object randomAngles(Object c, String name, int count, double scale) {
        put(new Parameter(name, List.of(count), Start.normal(scale), false));
        return TENSOR;
    }

    @Override
    public Object embedding(Object labels, String name, int classes, int channels) {
        put(new Parameter(name + ".weight", List.of(classes, channels), Start.normal(1)));
        return TENSOR;
    }
}
