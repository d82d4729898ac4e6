package dev.glimpse.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A reading that hands on every result that has a module's name in the official implementation, while another reading
 * computes it. A second result of one name is called {@code name#2}.
 *
 * @param <T> what stands for a tensor
 */
final class Recorder<T> {
    private static final String IDENTITY = "identity";

    private final NetworkOps<T> inner;
    private final BiConsumer<String, T> sink;
    private final Map<String, Integer> seen = new LinkedHashMap<>();

    Recorder(NetworkOps<T> inner, BiConsumer<String, T> sink) {
        this.inner = inner;
        this.sink = sink;
    }

    /** Projections that change nothing, for every width at which a network attends: they show attention's inside. */
    static Map<String, float[]> identities(NetworkConfig config) {
        Map<String, float[]> identities = new LinkedHashMap<>();
        for (Parameter parameter : config.parameters()) {
            if (parameter.name().endsWith(".qkv.bias")) {
                int width = parameter.size() / 3;
                float[] weight = new float[width * width];
                for (int i = 0; i < width; i++) {
                    weight[i * width + i] = 1;
                }
                identities.put(identity(width).weight(), weight);
                identities.put(identity(width).bias(), new float[width]);
            }
        }
        return identities;
    }

    /** The parameters of {@link #identities}. */
    static List<Parameter> identityParameters(NetworkConfig config) {
        List<Parameter> parameters = new ArrayList<>();
        identities(config).forEach((name, values) -> {
            int width = (int) Math.sqrt(values.length);
            List<Integer> shape = name.endsWith(".bias") ? List.of(values.length) : List.of(width, width, 1, 1);
            parameters.add(new Parameter(name, shape, Start.constant(0)));
        });
        return parameters;
    }

    private static Layer identity(int width) {
        return Layer.conv(IDENTITY + width, width, width, 1);
    }

    @SuppressWarnings("unchecked")
    NetworkOps<T> ops() {
        return (NetworkOps<T>) Proxy.newProxyInstance(
                NetworkOps.class.getClassLoader(), new Class<?>[] {NetworkOps.class}, (proxy, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(inner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    switch (method.getName()) {
                        case "conv", "linear", "convDownsample" -> record(((Layer) arguments[1]).name(), (T) result);
                        case "groupNorm" -> record(((Norm) arguments[1]).name(), (T) result);
                        case "block" -> record((String) arguments[0], (T) result);
                        case "attention" -> inside((T) arguments[0], (Layer) arguments[1], (Heads) arguments[3]);
                        default -> {}
                    }
                    return result;
                });
    }

    private void inside(T x, Layer qkv, Heads heads) {
        String module = qkv.name().substring(0, qkv.name().lastIndexOf('.'));
        record(qkv.name(), inner.conv(x, qkv));
        record(module + ".attention", inner.attention(x, qkv, identity(qkv.in()), heads));
    }

    void record(String name, T result) {
        String official = name.startsWith("model.") ? name.substring("model.".length()) : name;
        int count = seen.merge(official, 1, Integer::sum);
        sink.accept(count == 1 ? official : official + "#" + count, result);
    }
}
