package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.glimpse.image.Curve;
import dev.glimpse.observability.ResidentMemory;
import dev.glimpse.training.TrainingListener.Statistics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a training run in a file, a JSON object a line.
 *
 * <p>A run that was killed takes the steps since its last checkpoint again; of two lines for one step the later counts.
 * A line that a full disk or a dying machine has cut off counts as none. The lines of earlier processes are read once,
 * when it is known where the run goes on, and never kept.
 */
final class TrainingLog {
    private final Path file;
    private @Nullable LossHistory history;

    private TrainingLog(Path file) {
        this.file = file;
    }

    /**
     * The statistics of a run that begins or goes on.
     *
     * @param file made with the first step
     */
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
        LossHistory before = history(s.step() - 1);
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
        before.add(line);
    }

    /** JSON has no other numbers than finite ones, and a step may end without. */
    private static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    /** The run in a few numbers: seconds it took, and losses as means over its last steps. */
    JsonObject summary(int step) {
        return history(step).summary();
    }

    /** Losses and adaptive weights over the run's steps. */
    List<Curve> curves(int step) {
        return history(step).curves();
    }

    /** @param step the last one that has been taken */
    private LossHistory history(int step) {
        if (history == null) {
            history = read(step);
        }
        return history;
    }

    /** A line from which on the run takes steps again. */
    private record Restart(int line, int step) {}

    private LossHistory read(int last) {
        List<Restart> restarts = new ArrayList<>();
        int[] before = {0};
        eachLine((statistics, line) -> {
            int step = statistics.get("step").getAsInt();
            if (step <= before[0]) {
                restarts.add(new Restart(line, step));
            }
            before[0] = step;
        });
        LossHistory counted = new LossHistory();
        eachLine((statistics, line) -> {
            int step = statistics.get("step").getAsInt();
            if (step <= last && restarts.stream().noneMatch(again -> again.line > line && again.step <= step)) {
                counted.add(statistics);
            }
        });
        return counted;
    }

    private void eachLine(ObjIntConsumer<JsonObject> action) {
        if (!Files.exists(file)) {
            return;
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int current = number++;
                parsed(line).ifPresent(statistics -> action.accept(statistics, current));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static Optional<JsonObject> parsed(String line) {
        try {
            JsonElement element = JsonParser.parseString(line);
            return element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }
}
