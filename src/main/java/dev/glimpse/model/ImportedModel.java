package dev.glimpse.model;

import ai.djl.Device;
import dev.glimpse.math.NoiseStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model read from a checkpoint of another program: recognised, complete and finite.
 *
 * @param format what kind of file it was
 * @param entry path of the state dict within the file; empty if the file was one
 * @param spec what the model makes
 * @param network its architecture
 * @param weights float32 values by parameter name, exactly those of the network
 * @param constants keys of constants of the architecture that the file held too, found right and left out
 */
public record ImportedModel(
        String format,
        String entry,
        ModelSpec spec,
        NetworkConfig network,
        Map<String, float[]> weights,
        List<String> constants) {
    private static final List<String> CIFAR_10 =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int CIFAR_SIZE = 32;

    /** What the keys of a SongUNet start with within its preconditioned wrapper, and so in our own files. */
    private static final String WRAPPED = "model.";

    /** A filter's taps are exact in any type, so more than this is another filter. */
    private static final float CONSTANT_TOLERANCE = 1e-3f;

    /**
     * Reads a checkpoint: a .pt file of torch.save or a safetensors file.
     *
     * @throws ModelFormatException if the file is broken, unsafe or of an unknown network; the message names the file
     */
    public static ImportedModel read(Path file, ImportSettings settings) {
        try (WeightFile content = WeightFile.open(file, settings.entry())) {
            return read(content, settings);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelFormatException(file + ": " + WeightFile.shown("" + e.getMessage()));
        }
    }

    private static ImportedModel read(WeightFile content, ImportSettings settings) {
        WeightShapes shapes = WeightShapes.of(content.shapes());
        NetworkConfig network = NetworkDetection.of(shapes, settings);
        ModelSpec spec = spec(network, settings);
        List<Parameter> parameters = network.parameters();
        List<Buffer> buffers = network.buffers();
        requireKeys(shapes, parameters, buffers);
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            weights.put(parameter.name(), finite(content, key(shapes, parameter.name())));
        }
        List<String> constants = new ArrayList<>();
        for (Buffer buffer : buffers) {
            if (shapes.has(bare(buffer.name()))) {
                requireConstant(content, key(shapes, buffer.name()), buffer);
                constants.add(buffer.name());
            }
        }
        return new ImportedModel(content.format(), content.entry(), spec, network, weights, constants);
    }

    private static ModelSpec spec(NetworkConfig network, ImportSettings settings) {
        ImportSettings.Times times = settings.times();
        return new ModelSpec(
                network.imageChannels(),
                network.imageSize(),
                network.imageSize(),
                labels(network, settings.labels()),
                times.sigmaMin(),
                times.sigmaMax(),
                times.sigmaData(),
                times.rho(),
                network.jumps());
    }

    private static List<String> labels(NetworkConfig network, List<String> told) {
        if (!told.isEmpty()) {
            if (told.size() != network.labels()) {
                throw new IllegalArgumentException(
                        "classes: " + told.size() + " names (expected: " + network.labels() + ", as the keys tell)");
            }
            return told;
        }
        boolean cifar = network.labels() == CIFAR_10.size()
                && network.imageSize() == CIFAR_SIZE
                && network.imageChannels() == 3;
        return cifar
                ? CIFAR_10
                : IntStream.range(0, network.labels())
                        .mapToObj(Integer::toString)
                        .toList();
    }

    private static String bare(String name) {
        return name.startsWith(WRAPPED) ? name.substring(WRAPPED.length()) : name;
    }

    private static String key(WeightShapes shapes, String name) {
        return shapes.prefix() + bare(name);
    }

    /** Every parameter is there in its shape, and nothing else but the constants. */
    private static void requireKeys(WeightShapes file, List<Parameter> parameters, List<Buffer> buffers) {
        Set<String> known = new HashSet<>();
        parameters.forEach(p -> known.add(bare(p.name())));
        buffers.forEach(b -> known.add(bare(b.name())));
        for (String key : file.shapes().keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        file.prefix() + key + ": unknown (expected: only tensors of the network that the others tell)");
            }
        }
        parameters.forEach(p -> requireShape(file, p.name(), p.shape(), true));
        buffers.forEach(b -> requireShape(file, b.name(), b.shape(), false));
    }

    private static void requireShape(WeightShapes file, String name, List<Integer> shape, boolean required) {
        List<Long> found = file.shapes().get(bare(name));
        List<Long> expected = shape.stream().map(Integer::longValue).toList();
        if (found == null ? required : !found.equals(expected)) {
            throw new IllegalArgumentException(key(file, name) + ": " + (found == null ? "missing" : "shape " + found)
                    + " (expected: shape " + expected + ")");
        }
    }

    private static float[] finite(WeightFile content, String key) {
        float[] values = content.read(key);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(key + ": " + value + " among its values (expected: finite ones)");
            }
        }
        return values;
    }

    private static void requireConstant(WeightFile content, String key, Buffer buffer) {
        float[] values = content.read(key);
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - buffer.values().get(i)) <= CONSTANT_TOLERANCE)) {
                throw new IllegalArgumentException(key + ": " + Arrays.toString(values) + " (expected: "
                        + buffer.values() + ", as the architecture tells)");
            }
        }
    }

    /** Number of trained values. */
    public long parameterCount() {
        return weights.values().stream().mapToLong(v -> v.length).sum();
    }

    /**
     * Draws one picture in a single evaluation, from pure noise, to see that the numbers make sense together.
     *
     * @return its smallest and its largest value, nominally about -1 and 1
     * @throws ModelFormatException if one of its values isn't finite
     */
    public Range tryOut() {
        float[] x = new float[spec.dimension()];
        NoiseStream.initial(x, (float) spec.sigmaMax(), 0, 0);
        float[] t = {(float) spec.sigmaMax()};
        float[] s = {(float) (spec.jumps() ? spec.sigmaMin() : spec.sigmaMax())};
        int[] label = {spec.labels().isEmpty() ? JumpBatch.NO_LABEL : 0};
        float[] g = new float[x.length];
        try (CtmModel model = TorchScriptModel.load(spec, network, weights, Device.cpu())) {
            model.denoise(new JumpBatch(1, x, t, s, label), g);
        }
        Range range = new Range(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
        for (float value : g) {
            if (!Float.isFinite(value)) {
                throw new ModelFormatException("model: g = " + value + " at t = " + spec.sigmaMax()
                        + " (expected: finite values; these weights don't make pictures)");
            }
            range = new Range(Math.min(range.smallest(), value), Math.max(range.largest(), value));
        }
        return range;
    }

    /** Smallest and largest of some values. */
    public record Range(float smallest, float largest) {}
}
