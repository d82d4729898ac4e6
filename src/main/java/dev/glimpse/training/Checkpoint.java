package dev.glimpse.training;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.glimpse.model.DurableFiles;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything a run needs to go on as if it had never stopped, in a directory {@code checkpoint-STEP}: a file for each
 * group of tensors, so that none grows beyond what one can read whole, and one of facts.
 *
 * <p>A directory appears by a single rename when all of it is on the disk, and the one before goes when that is. Random
 * draws and the order of pictures follow from the step and the recipe's seed, so no generator state is kept.
 *
 * @param directory of the checkpoint
 * @param facts numbers and texts by name
 */
record Checkpoint(Path directory, Map<String, String> facts) {
    static final String STEP = "step";

    private static final String PREFIX = "checkpoint-";
    private static final String PARTIAL = ".partial";
    /** A copy that somebody keeps under another name is nobody's business here. */
    private static final Pattern OWN = Pattern.compile(PREFIX + "([0-9]{8,10})(?:\\" + PARTIAL + ")?");

    private static final String FACTS = "facts.json";
    private static final String TENSORS = ".safetensors";

    /** The newest complete checkpoint of a run's directory. */
    static Optional<Checkpoint> latest(Path run) throws IOException {
        List<Path> complete = directories(run).stream()
                .filter(d -> !d.toString().endsWith(PARTIAL))
                .sorted(Comparator.comparingLong(Checkpoint::stepOf).reversed())
                .toList();
        return complete.isEmpty() ? Optional.empty() : Optional.of(read(complete.get(0)));
    }

    private static List<Path> directories(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(run)) {
            return entries.filter(d -> OWN.matcher(d.getFileName().toString()).matches() && Files.isDirectory(d))
                    .toList();
        }
    }

    private static long stepOf(Path directory) {
        return Long.parseLong(OWN.matcher(directory.getFileName().toString()).replaceFirst("$1"));
    }

    private static Checkpoint read(Path directory) throws IOException {
        Path file = directory.resolve(FACTS);
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            Map<String, String> facts = new LinkedHashMap<>();
            json.entrySet().forEach(e -> facts.put(e.getKey(), e.getValue().getAsString()));
            return new Checkpoint(directory, facts);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw new ModelFormatException(file + ": broken (expected: the facts of a checkpoint)");
        }
    }

    String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new ModelFormatException(
                    directory.resolve(FACTS) + ": " + name + " missing (expected: the facts of a checkpoint)");
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(fact(name));
    }

    /** The tensors of a group by name. */
    Map<String, float[]> group(String name) throws IOException {
        Map<String, float[]> values = new LinkedHashMap<>();
        SafeTensors.read(directory.resolve(name + TENSORS))
                .tensors()
                .forEach((key, tensor) -> values.put(key, tensor.floats()));
        return values;
    }

    /**
     * Writes a checkpoint and then removes the ones before it. One of this step that is there already holds the same.
     *
     * @param groups asked for one after the other, so that only one is in main memory at a time
     */
    static void write(
            Path run, int step, Map<String, String> facts, Map<String, Supplier<Map<String, HostTensor>>> groups)
            throws IOException {
        Path complete = run.resolve(String.format(Locale.ROOT, "%s%08d", PREFIX, step));
        if (Files.isDirectory(complete)) {
            return;
        }
        Path partial = run.resolve(complete.getFileName() + PARTIAL);
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put(STEP, Integer.toString(step));
        try {
            write(partial, all, groups);
            Files.move(partial, complete, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // On a full disk, nothing else would make room again before the run goes on.
            try {
                delete(partial);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            // A full disk says neither of which file nor what it was for.
            throw new IOException("the checkpoint cannot be written to " + complete + ": " + DurableFiles.reason(e), e);
        }
        DurableFiles.force(run);
        for (Path older : directories(run)) {
            if (!older.equals(complete)) {
                delete(older);
            }
        }
    }

    private static void write(
            Path partial, Map<String, String> facts, Map<String, Supplier<Map<String, HostTensor>>> groups)
            throws IOException {
        delete(partial);
        Files.createDirectories(partial);
        for (Map.Entry<String, Supplier<Map<String, HostTensor>>> group : groups.entrySet()) {
            new SafeTensors(group.getValue().get(), Map.of()).write(partial.resolve(group.getKey() + TENSORS));
        }
        Files.writeString(partial.resolve(FACTS), new Gson().toJson(facts));
        DurableFiles.force(partial.resolve(FACTS));
        DurableFiles.force(partial);
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            // What it names is another run's.
            Files.delete(directory);
            return;
        }
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path file : entries.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
