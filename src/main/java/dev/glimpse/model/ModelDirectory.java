package dev.glimpse.model;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version of a model as its directory holds it, read whole and verified: config.json, checksum, every weight.
 *
 * @param name the directory above the version's
 * @param version the version's own directory
 * @param config content of config.json
 * @param weights float32 values by parameter name, exactly those of the network, converted whenever asked for
 */
public record ModelDirectory(String name, String version, ModelConfig config, Map<String, float[]> weights) {
    static final String CONFIG = "config.json";

    private static final String WEIGHTS = "model.safetensors";
    private static final String RESAMPLING_BUFFER = ".resample_filter";
    private static final String BUILT_IN = "fashion-mnist";

    /**
     * Reads a version's directory {@code .../name/version}.
     *
     * @throws ModelFormatException if something in it is missing or wrong; the message names file and field
     */
    public static ModelDirectory read(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        if (absolute.getNameCount() < 2) {
            throw new ModelFormatException("model: " + directory + " (expected: a directory NAME/VERSION)");
        }
        byte[] config = bytes(absolute.resolve(CONFIG));
        String name = absolute.getParent().getFileName().toString();
        Path weights = absolute.resolve(WEIGHTS);
        try {
            FileChannel channel = FileChannel.open(weights, StandardOpenOption.READ);
            try {
                return of(name, absolute.getFileName().toString(), absolute + "/", config, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(weights);
        }
    }

    /**
     * What a version's config.json says, whatever its weights are; empty where there is none.
     *
     * @throws ModelFormatException if something in it is wrong
     */
    public static Optional<ModelConfig> configOf(Path directory) {
        Path file = directory.resolve(CONFIG);
        return Files.exists(file) ? Optional.of(config(bytes(file), directory + "/")) : Optional.empty();
    }

    private static ModelDirectory of(String name, String version, String at, byte[] config, FileChannel channel)
            throws IOException {
        ModelConfig parsed = config(config, at);
        VerifiedFile file = new VerifiedFile(channel, at + WEIGHTS, parsed.weightsSha256());
        return of(name, version, at, parsed, FileContent.of(channel), file::requireUnchanged);
    }

    /** The model that comes with the program. */
    public static ModelDirectory builtIn() {
        String at = "/models/" + BUILT_IN + "/1/";
        byte[] config = BundledFile.read(at + CONFIG);
        FileContent weights = new FileContent.Whole(ByteBuffer.wrap(BundledFile.read(at + WEIGHTS)));
        try {
            String source = "built-in " + at;
            return of(BUILT_IN, "1", source, config(config, source), weights, () -> {});
        } catch (IOException e) {
            throw new IllegalStateException("memory is always read", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static ModelFormatException unreadable(Path file) {
        return new ModelFormatException(
                file + ": cannot be read (expected: a model directory with " + CONFIG + " and " + WEIGHTS + ")");
    }

    private static ModelConfig config(byte[] file, String at) {
        return ModelConfig.parse(new String(file, StandardCharsets.UTF_8), at + CONFIG);
    }

    private static ModelDirectory of(
            String name, String version, String at, ModelConfig config, FileContent weightFile, Runnable unchanged)
            throws IOException {
        String checksum = weightFile.sha256();
        if (!checksum.equals(config.weightsSha256())) {
            throw new ModelFormatException(at + WEIGHTS + ": checksum " + checksum + " (expected: "
                    + config.weightsSha256() + ", as in " + CONFIG + ")");
        }
        SafeTensors file = SafeTensors.parse(weightFile, at + WEIGHTS);
        Map<String, HostTensor> tensors = tensors(config.network(), file, at + WEIGHTS);
        return new ModelDirectory(name, version, config, new FileWeights(tensors, unchanged));
    }

    private static Map<String, HostTensor> tensors(NetworkConfig network, SafeTensors file, String source) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            HostTensor tensor = file.tensors().get(parameter.name());
            if (tensor == null || !tensor.shape().equals(parameter.fileShape())) {
                throw new ModelFormatException(source + ": " + parameter.name() + " "
                        + (tensor == null ? "missing" : "of shape " + tensor.shape()) + " (expected: shape "
                        + parameter.fileShape() + ")");
            }
            tensors.put(parameter.name(), tensor);
        }
        for (String name : file.tensors().keySet()) {
            if (!tensors.containsKey(name) && !name.endsWith(RESAMPLING_BUFFER)) {
                throw new ModelFormatException(
                        source + ": " + name + " (expected: only parameters of " + network + ")");
            }
        }
        return tensors;
    }

    /**
     * Writes a version's directory, weights in 16 bits.
     *
     * @see #write(Path, ModelSpec, NetworkConfig, Map, ElementType, JsonObject)
     */
    public static void write(
            Path directory, ModelSpec spec, NetworkConfig network, Map<String, float[]> weights, JsonObject training)
            throws IOException {
        write(directory, spec, network, weights, ElementType.F16, training);
    }

    /**
     * Writes a version's directory: it appears complete or not at all, and takes the place of one that was there.
     *
     * @param directory {@code .../name/version}
     * @param spec what the model makes
     * @param network its architecture
     * @param weights float32 values by parameter name, each asked for once
     * @param type how trained weights are stored, F16, BF16 or F32; what is never trained keeps all its bits, as the
     *     fixed frequencies of an embedding need them
     * @param training how the model came about
     */
    public static void write(
            Path directory,
            ModelSpec spec,
            NetworkConfig network,
            Map<String, float[]> weights,
            ElementType type,
            JsonObject training)
            throws IOException {
        List<SafeTensorsWriter.Entry> entries = network.parameters().stream()
                .map(p -> entry(p, weights, p.trained() ? type : ElementType.F32))
                .toList();
        try (VersionDirectory version = new VersionDirectory(directory)) {
            Path file = version.file(WEIGHTS);
            SafeTensorsWriter.write(file, Map.of("format", "glimpse"), entries);
            ModelConfig config = new ModelConfig(spec, network, sha256(file), training);
            Files.writeString(version.file(CONFIG), config.toJson());
            version.complete();
        }
    }

    /**
     * Takes away what writers of a version that were killed left beside it, and puts the version back that one had
     * moved away. Only for who knows that nobody writes it meanwhile.
     *
     * @param directory of the version, there or not
     * @throws IOException if something cannot be moved or removed
     */
    public static void clearLeft(Path directory) throws IOException {
        VersionDirectory.clearLeft(directory);
    }

    private static SafeTensorsWriter.Entry entry(Parameter parameter, Map<String, float[]> weights, ElementType type) {
        List<Long> shape = parameter.fileShape();
        return new SafeTensorsWriter.Entry(
                parameter.name(), type, shape, () -> HostTensor.of(weights.get(parameter.name()), shape, type));
    }

    private static String sha256(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return FileContent.of(channel).sha256();
        }
    }

    /** Number of values that decide what the network computes. */
    public long parameterCount() {
        return config.network().parameters().stream().mapToLong(Parameter::size).sum();
    }

    /** Loads the model in its emitted form onto a device; call it on the thread that will evaluate it. */
    public CtmModel load(ComputeDevice device) {
        return TorchScriptModel.load(config.spec(), config.network(), verified(), device.toDevice());
    }

    /** Loads the model's denoiser with its derivative onto a device; call it on the thread that will evaluate it. */
    public DifferentiableDenoiser loadDifferentiable(ComputeDevice device) {
        return TorchScriptDenoiser.load(config.spec(), config.network(), verified(), device.toDevice());
    }

    /** Loads the model in its eager form onto a device; call it on the thread that will evaluate it. */
    public CtmModel loadEager(ComputeDevice device) {
        return EagerModel.load(config.spec(), config.network(), verified(), device.toDevice());
    }

    /** The weights, for a model that is loaded now, which may be long after they were read. */
    private Map<String, float[]> verified() {
        if (weights instanceof FileWeights file) {
            file.requireUnchanged();
        }
        return weights;
    }
}
