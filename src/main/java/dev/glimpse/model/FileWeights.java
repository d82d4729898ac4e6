package dev.glimpse.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file as float32 arrays by name, converted whenever asked for: a large model never stands in the heap
 * whole.
 */
final class FileWeights extends AbstractMap<String, float[]> {
    private final Map<String, HostTensor> tensors;

    FileWeights(Map<String, HostTensor> tensors) {
        this.tensors = tensors;
    }

    @Override
    public float @Nullable [] get(Object name) {
        HostTensor tensor = tensors.get(name);
        return tensor == null ? null : tensor.floats();
    }

    @Override
    public boolean containsKey(Object name) {
        return tensors.containsKey(name);
    }

    @Override
    public Set<String> keySet() {
        return tensors.keySet();
    }

    @Override
    public Set<Map.Entry<String, float[]>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, float[]>> iterator() {
                return tensors.entrySet().stream()
                        .map(e -> Map.entry(e.getKey(), e.getValue().floats()))
                        .iterator();
            }

            @Override
            public int size() {
                return tensors.size();
            }
        };
    }
}
