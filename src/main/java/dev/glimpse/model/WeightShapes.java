package dev.glimpse.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a checkpoint and the shapes below them, with the prefix that some wrapper put before all keys taken off.
 *
 * @param prefix what stands before each key in the file, such as "model." or "module.model."
 * @param shapes by the rest of the key, outermost size first
 */
record WeightShapes(String prefix, Map<String, List<Long>> shapes) {
    /** The keys that every network of an architecture has exactly once: its first convolution. */
    private static final Pattern FIRST_KEY =
            Pattern.compile("(.*?)(enc\\.([0-9]{1,5})x\\3_conv\\.weight|input_blocks\\.0\\.0\\.weight)");

    WeightShapes {
        shapes = new LinkedHashMap<>(shapes);
    }

    /**
     * Finds the prefix.
     *
     * @throws IllegalArgumentException if there is no first convolution, or a key does not start with its prefix
     */
    static WeightShapes of(Map<String, List<Long>> file) {
        String prefix = prefix(file);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        file.forEach((key, shape) -> {
            if (!key.startsWith(prefix)) {
                throw new IllegalArgumentException(key + ": unknown (expected: only keys below " + prefix + ")");
            }
            shapes.put(key.substring(prefix.length()), shape);
        });
        return new WeightShapes(prefix, shapes);
    }

    private static String prefix(Map<String, List<Long>> file) {
        for (String key : file.keySet()) {
            Matcher first = FIRST_KEY.matcher(key);
            if (first.matches()) {
                return first.group(1);
            }
        }
        String example = file.isEmpty() ? "none" : file.keySet().iterator().next();
        throw new IllegalArgumentException("keys: " + file.size() + ", such as " + example
                + " (expected: those of a SongUNet, enc.NxN_conv.weight, or an ADM UNet, input_blocks.0.0.weight)");
    }

    /** Height and width that the first convolution of a SongUNet has in its name. */
    int resolution() {
        return shapes.keySet().stream()
                .map(FIRST_KEY::matcher)
                .filter(first -> first.matches() && first.group(1).isEmpty() && first.group(3) != null)
                .mapToInt(first -> Integer.parseInt(first.group(3)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the prefix was found by that key"));
    }

    boolean has(String key) {
        return shapes.containsKey(key);
    }

    /** One size of a tensor. */
    int size(String key, int dimension) {
        List<Long> shape = shapes.get(key);
        if (shape == null) {
            throw new IllegalArgumentException(prefix + key + ": missing (expected: in every such network)");
        }
        long size = dimension < shape.size() ? shape.get(dimension) : -1;
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    prefix + key + ": shape " + shape + " (expected: a size at index " + dimension + ")");
        }
        return (int) size;
    }

    /** How many keys {@code before + i + after} there are for i = 0, 1, ... without a gap. */
    int count(String before, String after) {
        int count = 0;
        while (has(before + count + after)) {
            count++;
        }
        return count;
    }
}
