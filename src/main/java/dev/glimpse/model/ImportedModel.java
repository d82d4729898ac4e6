package dev.glimpse.model;

import ai.djl.Device;
import com.google.gson.JsonObject;
import dev.glimpse.math.NoiseStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model in a checkpoint of another program: recognised, complete and finite.
 *
 * <p>Its weights stay in the file, which stays open until {@link #close}. Confined to one thread.
 */
public final class ImportedModel implements AutoCloseable {
    private static final List<String> CIFAR_10 =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int CIFAR_SIZE = 32;

    private final WeightFile file;
    private final ModelSpec spec;
    private final NetworkConfig network;
    private final Map<String, float[]> weights;
    private final List<String> constants;
    private final Precision precision;

    private ImportedModel(WeightFile file, ImportSettings settings) {
        this.file = file;
        this.precision = settings.precision();
        WeightShapes shapes = WeightShapes.of(file.shapes());
        WeightCheck check = new WeightCheck(file, shapes);
        this.network = NetworkDetection.of(shapes, settings);
        this.spec = spec(network, settings);
        this.constants = check.against(network, precision.largest());
        Set<String> names =
                network.parameters().stream().map(Parameter::name).collect(Collectors.toCollection(LinkedHashSet::new));
        this.weights = new FileWeights(names, name -> file.read(check.key(name)));
    }

    /**
     * Opens a checkpoint, a .pt file of torch.save or a safetensors file, and reads it through once.
     *
     * @throws ModelFormatException if the file is broken, unsafe or of an unknown network; the message names the file
     */
    public static ImportedModel open(Path path, ImportSettings settings) {
        WeightFile file = WeightFile.open(path, settings.entry());
        try {
            return new ImportedModel(file, settings);
        } catch (IllegalArgumentException | ArithmeticException e) {
            file.close();
            throw new ModelFormatException(path + ": " + WeightFile.shown("" + e.getMessage()));
        } catch (ModelFormatException e) {
            file.close();
            throw e;
        }
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

    /** What kind of file it is in, for people. */
    public String format() {
        return file.format();
    }

    /** Path of the state dict within the file; empty if the file is one. */
    public String entry() {
        return file.entry();
    }

    /** What the model makes. */
    public ModelSpec spec() {
        return spec;
    }

    /** Its architecture and sizes. */
    public NetworkConfig network() {
        return network;
    }

    /** Keys of constants of the architecture that the file holds too; they have the right values and are left out. */
    public List<String> constants() {
        return constants;
    }

    /** Number of values that decide what the network computes. */
    public long parameterCount() {
        return network.parameters().stream().mapToLong(Parameter::size).sum();
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

    /**
     * Writes the model's directory, which appears complete or not at all.
     *
     * @param directory {@code .../name/version}
     * @param record how the model came about
     */
    public void write(Path directory, JsonObject record) throws IOException {
        ModelDirectory.write(directory, spec, network, weights, precision.type(), record);
    }

    @Override
    public void close() {
        file.close();
    }
}
