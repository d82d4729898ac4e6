package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.glimpse.image.Curve;
import dev.glimpse.observability.ResidentMemory;
import dev.glimpse.training.Terms;
import dev.glimpse.training.TrainingListener.Statistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The statistics of a training run in a file, a JSON object a line.
 *
 * <p>A run that was killed takes the steps since its last checkpoint again; of two lines for one step the later counts.
 * A line that a full disk or a dying machine has cut off counts as none.
 *
 * @param file made with the first step
 */
record TrainingLog(Path file) {
    private static final int RECENT = 100;
    private static final int POINTS = 400;

    /** The statistics of a run that begins or goes on. */
    static TrainingLog open(Path file) throws IOException {
        if (Files.exists(file) && isCutOff(file)) {
            Files.writeString(file, "\n", StandardOpenOption.APPEND);
        }
        return new TrainingLog(file);
    }

    private static boolean isCutOff(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.position(channel.size() - 1).read(last) == 1 && last.get(0) != '\n';
        }
    }

    void append(Statistics s) {
        JsonObject line = new JsonObject();
        line.addProperty("step", s.step());
        new TreeMap<>(s.terms()).forEach((name, value) -> line.add(name, number(value)));
        line.add("gradient_norm", number(s.gradientNorm()));
        line.addProperty("learning_rate", s.rate());
        line.addProperty("pictures", s.pictures());
        line.addProperty("seconds", s.nanos() / 1e9);
        line.addProperty("loader_wait_seconds", s.waitNanos() / 1e9);
        line.addProperty("resident_bytes", ResidentMemory.bytes());
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /** JSON has no other numbers than finite ones, and a step may end without. */
    private static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    /** The run up to a step in a few numbers: seconds it took, and losses as means over its last steps. */
    JsonObject summary(int step) {
        SortedMap<Integer, JsonObject> taken = lines().headMap(step + 1);
        Collection<JsonObject> recent = taken.tailMap(step - RECENT + 1).values();
        JsonObject summary = new JsonObject();
        summary.addProperty("seconds", Math.round(sum(taken.values(), "seconds")));
        summary.addProperty("mean_over_last_steps", recent.size());
        for (String name : List.of(Terms.DSM, Terms.CTM, Terms.GAN, Terms.CRITIC)) {
            recent.stream()
                    .filter(line -> has(line, name))
                    .mapToDouble(line -> line.get(name).getAsDouble())
                    .average()
                    .ifPresent(mean -> summary.addProperty(name, mean));
        }
        return summary;
    }

    private static boolean has(JsonObject line, String name) {
        return line.has(name)
                && !line.get(name).isJsonNull()
                && Double.isFinite(line.get(name).getAsDouble());
    }

    private static double sum(Collection<JsonObject> lines, String name) {
        return lines.stream().mapToDouble(line -> line.get(name).getAsDouble()).sum();
    }

    private SortedMap<Integer, JsonObject> lines() {
        SortedMap<Integer, JsonObject> lines = new TreeMap<>();
        if (!Files.exists(file)) {
            return lines;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                parsed(line)
                        .ifPresent(
                                statistics -> lines.put(statistics.get("step").getAsInt(), statistics));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        return lines;
    }

    private static Optional<JsonObject> parsed(String line) {
        try {
            JsonElement element = JsonParser.parseString(line);
            return element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** Losses and adaptive weights over the steps, each point the mean of a stretch of the run. */
    List<Curve> curves() {
        SortedMap<Integer, JsonObject> lines = lines();
        int stretch = lines.isEmpty() ? 1 : Math.max(1, lines.lastKey() / POINTS);
        List<Curve> curves = new ArrayList<>();
        for (String name : List.of(Terms.DSM, Terms.CTM, Terms.GAN, Terms.CRITIC, Terms.LAMBDA_DSM, Terms.LAMBDA_GAN)) {
            SortedMap<Integer, Double> means = lines.entrySet().stream()
                    .filter(line -> has(line.getValue(), name))
                    .collect(Collectors.groupingBy(
                            line -> line.getKey() / stretch * stretch,
                            TreeMap::new,
                            Collectors.averagingDouble(
                                    line -> line.getValue().get(name).getAsDouble())));
            curves.add(new Curve(
                    name,
                    means.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                    means.values().stream().mapToDouble(Double::doubleValue).toArray()));
        }
        return curves;
    }
}
