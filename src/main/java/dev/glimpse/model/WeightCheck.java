package dev.glimpse.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The comparison of a checkpoint with the network that it seems to hold: every parameter is there in its shape with
 * finite values, constants have the values that the architecture tells, and there is nothing else.
 */
final class WeightCheck {
    /** What the keys of a SongUNet start with within its preconditioned wrapper, and so in our own files. */
    private static final String WRAPPED = "model.";

    /** A filter's taps are exact in any type, so more than this is another filter. */
    private static final float CONSTANT_TOLERANCE = 1e-3f;

    private final WeightFile content;
    private final WeightShapes file;

    /** @param file the keys and shapes of {@code content} */
    WeightCheck(WeightFile content, WeightShapes file) {
        this.content = content;
        this.file = file;
    }

    /**
     * Compares, reading every value once.
     *
     * @param largest the largest magnitude that a value may have, so that it is still finite where it'll be stored
     * @return the constants that the file holds
     * @throws IllegalArgumentException if something is wrong; the message names the key
     */
    List<String> against(NetworkConfig network, float largest) {
        List<Parameter> parameters = network.parameters();
        List<Buffer> buffers = network.buffers();
        requireNothingElse(parameters, buffers);
        parameters.forEach(p -> requireShape(p.name(), p.shape(), true));
        buffers.forEach(b -> requireShape(b.name(), b.shape(), false));
        parameters.forEach(p -> requireFinite(key(p.name()), largest));
        List<String> constants = new ArrayList<>();
        for (Buffer buffer : buffers) {
            if (file.has(bare(buffer.name()))) {
                requireConstant(key(buffer.name()), buffer);
                constants.add(buffer.name());
            }
        }
        return constants;
    }

    /** The key in the file of a parameter of ours. */
    String key(String name) {
        return file.prefix() + bare(name);
    }

    private static String bare(String name) {
        return name.startsWith(WRAPPED) ? name.substring(WRAPPED.length()) : name;
    }

    private void requireNothingElse(List<Parameter> parameters, List<Buffer> buffers) {
        Set<String> known = new HashSet<>();
        parameters.forEach(p -> known.add(bare(p.name())));
        buffers.forEach(b -> known.add(bare(b.name())));
        for (String key : file.shapes().keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        file.prefix() + key + ": unknown (expected: only tensors of the network that the others tell)");
            }
        }
    }

    private void requireShape(String name, List<Integer> shape, boolean required) {
        List<Long> found = file.shapes().get(bare(name));
        List<Long> expected = shape.stream().map(Integer::longValue).toList();
        if (found == null ? required : !found.equals(expected)) {
            throw new IllegalArgumentException(key(name) + ": " + (found == null ? "missing" : "shape " + found)
                    + " (expected: shape " + expected + ")");
        }
    }

    private void requireFinite(String key, float largest) {
        for (float value : content.read(key)) {
            if (!(Math.abs(value) <= largest)) {
                throw new IllegalArgumentException(
                        key + ": " + value + " among its values (expected: at most " + largest + " in magnitude)");
            }
        }
    }

    private void requireConstant(String key, Buffer buffer) {
        float[] values = content.read(key);
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - buffer.values().get(i)) <= CONSTANT_TOLERANCE)) {
                throw new IllegalArgumentException(key + ": " + Arrays.toString(values) + " (expected: "
                        + buffer.values() + ", as the architecture tells)");
            }
        }
    }
}
