package dev.glimpse.model;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A program for a process of its own: makes a full-size model of seeded random weights, writes it, reads it back, runs
 * one row through it and tells the process's peak memory.
 */
public final class FullSizeRun {
    private FullSizeRun() {}

    /**
     * Runs it.
     *
     * @param args name of one of {@link OfficialSizes}, how weights are stored (F16 or F32), an empty directory to
     *     write the model to, a file for the facts
     */
    public static void main(String[] args) throws IOException {
        NetworkConfig config = OfficialSizes.valueOf(args[0]).config;
        ElementType type = ElementType.valueOf(args[1]);
        Path directory = Path.of(args[2]).resolve("full-size").resolve("1");
        Map<String, float[]> weights = new SeededWeights(config);
        ModelDirectory.write(directory, RandomNets.spec(config), config, weights, type, new JsonObject());
        ModelDirectory read = ModelDirectory.read(directory);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("parameters", read.parameterCount());
        facts.put("file_bytes", Files.size(directory.resolve("model.safetensors")));
        facts.put("equal", equal(weights, read.weights(), type));
        facts.put("largest", largestOfOneRow(read));
        facts.put("peak_rss_mib", peakMemoryMib());
        StringBuilder text = new StringBuilder();
        facts.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.writeString(Path.of(args[3]), text);
    }

    private static boolean equal(Map<String, float[]> written, Map<String, float[]> read, ElementType type) {
        for (String name : written.keySet()) {
            float[] expected = written.get(name);
            for (int i = 0; i < expected.length && type == ElementType.F16; i++) {
                expected[i] = Half.toFloat(Half.fromFloat(expected[i]));
            }
            if (!Arrays.equals(expected, read.get(name))) {
                return false;
            }
        }
        return written.keySet().equals(read.keySet());
    }

    private static double largestOfOneRow(ModelDirectory directory) {
        try (CtmModel model = directory.load(ComputeDevice.cpu())) {
            JumpBatch batch = RandomNets.batch(model.spec(), 1, new SplittableRandom(1));
            float[] g = new float[model.spec().dimension()];
            model.denoise(batch, g);
            double largest = 0;
            for (float value : g) {
                if (!Float.isFinite(value)) {
                    return Double.NaN;
                }
                largest = Math.max(largest, Math.abs(value));
            }
            return largest;
        }
    }

    /** VmHWM: the most memory that the process ever had resident, mapped files included. */
    private static long peakMemoryMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Weights drawn anew whenever asked for, uniform with variance 1 / fan-in, so that they never stand in memory. */
    private static final class SeededWeights extends AbstractMap<String, float[]> {
        private final Map<String, Parameter> parameters = new LinkedHashMap<>();

        SeededWeights(NetworkConfig config) {
            config.parameters().forEach(p -> parameters.put(p.name(), p));
        }

        @Override
        public float[] get(Object name) {
            Parameter parameter = parameters.get(name);
            float[] values = new float[parameter.size()];
            boolean matrix = parameter.shape().size() > 1;
            double std = matrix ? Math.sqrt((double) parameter.shape().get(0) / values.length) : 0.1;
            float width = (float) (std * Math.sqrt(12));
            float centre = (float) parameter.start().centre();
            SplittableRandom random = new SplittableRandom(name.hashCode());
            for (int i = 0; i < values.length; i++) {
                values[i] = centre + width * ((random.nextInt() >>> 8) * 0x1p-24f - 0.5f);
            }
            return values;
        }

        @Override
        public Set<String> keySet() {
            return parameters.keySet();
        }

        @Override
        public Set<Map.Entry<String, float[]>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Map.Entry<String, float[]>> iterator() {
                    return parameters.keySet().stream()
                            .map(name -> Map.entry(name, get(name)))
                            .iterator();
                }

                @Override
                public int size() {
                    return parameters.size();
                }
            };
        }
    }
}
