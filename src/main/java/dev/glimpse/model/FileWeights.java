package dev.glimpse.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weights that stay in a file: float32 arrays by name, converted whenever asked for, so that a large model never stands
 * in the heap whole.
 */
final class FileWeights extends AbstractMap<String, float[]> {
    private final Set<String> names;
    private final Function<String, float[]> read;
    private final Runnable unchanged;

    private FileWeights(Set<String> names, Function<String, float[]> read, Runnable unchanged) {
        this.names = Collections.unmodifiableSet(names);
        this.read = read;
        this.unchanged = unchanged;
    }

    /**
     * The weights of those names.
     *
     * @param read gives the values of one of them
     */
    FileWeights(Set<String> names, Function<String, float[]> read) {
        this(names, read, () -> {});
    }

    /**
     * The tensors of a safetensors file.
     *
     * @param unchanged throws if the file is not what it was
     */
    FileWeights(Map<String, HostTensor> tensors, Runnable unchanged) {
        this(tensors.keySet(), name -> tensors.get(name).floats(), unchanged);
    }

    /**
     * Holds the file to what it was when it was opened, where that is known.
     *
     * @throws ModelFormatException if it has changed
     */
    void requireUnchanged() {
        unchanged.run();
    }

    @Override
    public float @Nullable [] get(Object name) {
        return name instanceof String text && names.contains(text) ? read.apply(text) : null;
    }

    @Override
    public boolean containsKey(Object name) {
        return names.contains(name);
    }

    @Override
    public Set<String> keySet() {
        return names;
    }

    @Override
    public Set<Map.Entry<String, float[]>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, float[]>> iterator() {
                return names.stream()
                        .map(name -> Map.entry(name, read.apply(name)))
                        .iterator();
            }

            @Override
            public int size() {
                return names.size();
            }
        };
    }
}
