package dev.glimpse.model;

import ai.djl.Device;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One version of a model as its directory holds it, read whole and verified: config.json, checksum, every weight.
 *
 * @param name the directory above the version's
 * @param version the version's own directory
 * @param config content of config.json
 * @param weights float32 values by parameter name, exactly those of the network
 */
public record ModelDirectory(String name, String version, ModelConfig config, Map<String, float[]> weights) {
    private static final String CONFIG = "config.json";
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
        byte[] weights = bytes(absolute.resolve(WEIGHTS));
        return of(
                absolute.getParent().getFileName().toString(),
                absolute.getFileName().toString(),
                absolute + "/",
                config,
                weights);
    }

    /** The model that comes with the program. */
    public static ModelDirectory builtIn() {
        String at = "/models/" + BUILT_IN + "/1/";
        return of(BUILT_IN, "1", "built-in " + at, resource(at + CONFIG), resource(at + WEIGHTS));
    }

    /**
     * The versions below a catalog directory laid out as {@code name/version/config.json}, by name, newest version
     * first; numbers compare as numbers.
     */
    public static List<Path> list(Path catalog) {
        List<Path> found = new ArrayList<>();
        for (Path model : subdirectories(catalog)) {
            for (Path version : subdirectories(model)) {
                if (Files.exists(version.resolve(CONFIG))) {
                    found.add(version);
                }
            }
        }
        found.sort(Comparator.comparing((Path p) -> p.getParent().getFileName().toString())
                .thenComparing(p -> versionNumber(p.getFileName().toString()), Comparator.reverseOrder())
                .thenComparing(p -> p.getFileName().toString(), Comparator.reverseOrder()));
        return found;
    }

    private static long versionNumber(String version) {
        return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : -1;
    }

    private static List<Path> subdirectories(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new ModelFormatException("models: " + directory + " (expected: a readable directory)");
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelFormatException(
                    file + ": cannot be read (expected: a model directory with " + CONFIG + " and " + WEIGHTS + ")");
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = ModelDirectory.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new ModelFormatException("built-in " + name + ": missing (expected: in this program's jar)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ModelFormatException("built-in " + name + ": cannot be read (" + e.getMessage() + ")");
        }
    }

    private static ModelDirectory of(String name, String version, String at, byte[] configFile, byte[] weightFile) {
        ModelConfig config = ModelConfig.parse(new String(configFile, StandardCharsets.UTF_8), at + CONFIG);
        String checksum = sha256(weightFile);
        if (!checksum.equals(config.weightsSha256())) {
            throw new ModelFormatException(at + WEIGHTS + ": checksum " + checksum + " (expected: "
                    + config.weightsSha256() + ", as in " + CONFIG + ")");
        }
        SafeTensors file = SafeTensors.parse(ByteBuffer.wrap(weightFile), at + WEIGHTS);
        return new ModelDirectory(name, version, config, weights(config.network(), file, at + WEIGHTS));
    }

    private static Map<String, float[]> weights(NetworkConfig network, SafeTensors file, String source) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            HostTensor tensor = file.tensors().get(parameter.name());
            List<Long> shape =
                    parameter.shape().stream().map(Integer::longValue).toList();
            if (tensor == null || !tensor.shape().equals(shape)) {
                throw new ModelFormatException(source + ": " + parameter.name() + " "
                        + (tensor == null ? "missing" : "of shape " + tensor.shape()) + " (expected: shape " + shape
                        + ")");
            }
            values.put(parameter.name(), tensor.floats());
        }
        for (String name : file.tensors().keySet()) {
            if (!values.containsKey(name) && !name.endsWith(RESAMPLING_BUFFER)) {
                throw new ModelFormatException(
                        source + ": " + name + " (expected: only parameters of " + network + ")");
            }
        }
        return values;
    }

    /** Writes a version's directory, weights in 16 bits (F16). */
    public static void write(
            Path directory, ModelSpec spec, NetworkConfig network, Map<String, float[]> weights, JsonObject training)
            throws IOException {
        write(directory, spec, network, weights, ElementType.F16, training);
    }

    /**
     * Writes a version's directory.
     *
     * @param directory {@code .../name/version}, made if missing
     * @param spec what the model makes
     * @param network its architecture
     * @param weights float32 values by parameter name
     * @param precision how to store them: F32, F16 or BF16
     * @param training how the model came about
     */
    public static void write(
            Path directory,
            ModelSpec spec,
            NetworkConfig network,
            Map<String, float[]> weights,
            ElementType precision,
            JsonObject training)
            throws IOException {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            List<Long> shape =
                    parameter.shape().stream().map(Integer::longValue).toList();
            tensors.put(parameter.name(), HostTensor.of(weights.get(parameter.name()), shape, precision));
        }
        Files.createDirectories(directory);
        Path file = directory.resolve(WEIGHTS);
        new SafeTensors(tensors, Map.of("format", "glimpse")).write(file);
        ModelConfig config = new ModelConfig(spec, network, sha256(Files.readAllBytes(file)), training);
        Files.writeString(directory.resolve(CONFIG), config.toJson());
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Number of trainable values. */
    public long parameterCount() {
        return weights.values().stream().mapToLong(v -> v.length).sum();
    }

    /** Loads the model in its emitted form on the CPU; call it on the thread that will evaluate it. */
    public CtmModel load() {
        return TorchScriptModel.load(config.spec(), config.network(), weights, Device.cpu());
    }

    /** Loads the model in its eager form on the CPU; call it on the thread that will evaluate it. */
    public CtmModel loadEager() {
        return EagerModel.load(config.spec(), config.network(), weights, Device.cpu());
    }
}
