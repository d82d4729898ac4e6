package dev.glimpse.training;

import dev.glimpse.model.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run's numbers follow from: kept with its checkpoints, and held to them when it goes on.
 *
 * @param facts recipe, shards, kind of device, precision, and checksums of what the run learns from, by name; what
 *     there is none of is absent, as are the number of steps where all of them have the same rate, and how rows are
 *     grouped where shares come out even
 */
record RunOrigin(Map<String, String> facts) {
    static final String SHARDS = "shards";
    static final String INIT = "init";
    private static final String RECIPE = "recipe";
    private static final String DATA = "data";
    private static final String DEVICE = "device";
    private static final String PRECISION = "precision";
    private static final String TEACHER = "teacher";
    private static final String FEATURES = "features";
    private static final String DISTANCE_MODEL = "distance model";
    private static final String STEPS = "steps";
    private static final String GROUPS = "groups";
    private static final String NONE = "none";

    /** What runs of earlier versions did not do in a precision of the same name. */
    private static final Map<String, String> PASSES = Map.of("bf16", "bf16 behind the first convolution");

    RunOrigin {
        facts = Map.copyOf(facts);
    }

    static RunOrigin of(TrainingRecipe recipe, TrainingInputs inputs, Placement placement) {
        Map<String, String> facts = new LinkedHashMap<>();
        Schedule s = recipe.schedule();
        facts.put(
                RECIPE,
                recipe.toString()
                        .replace("steps=" + s.steps() + ", ", "")
                        .replace(", snapshotEvery=" + recipe.snapshotEvery(), ""));
        if (s.finalRate() < s.learningRate()) {
            facts.put(STEPS, Integer.toString(s.steps()));
        }
        String precision = s.precision().on(placement.first());
        facts.put(SHARDS, Integer.toString(placement.shards()));
        if (placement.hasUnevenShares(s)) {
            facts.put(GROUPS, "of one size");
        }
        facts.put(DEVICE, placement.first().getDeviceType());
        facts.put(PRECISION, PASSES.getOrDefault(precision, precision));
        facts.put(DATA, inputs.data().sha256());
        put(facts, TEACHER, inputs.teacher());
        put(facts, INIT, inputs.init());
        if (!inputs.features().isEmpty()) {
            facts.put(FEATURES, sha256(inputs.features()));
        }
        if (inputs.distanceModel() != null) {
            facts.put(DISTANCE_MODEL, sha256(List.of(inputs.distanceModel())));
        }
        return new RunOrigin(facts);
    }

    private static void put(Map<String, String> facts, String name, @Nullable ModelDirectory model) {
        if (model != null) {
            facts.put(name, model.config().weightsSha256());
        }
    }

    private static String sha256(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException(files + " cannot be read", e);
        }
    }

    /**
     * As a checkpoint holds it.
     *
     * @param data what the run goes on with, whose checksum may have been another in an earlier version
     */
    static RunOrigin of(Checkpoint checkpoint, DataSet data) {
        return new RunOrigin(checkpoint.facts()).onData(data);
    }

    /** With today's checksum of the data, if it is the data that the run began with. */
    RunOrigin onData(DataSet data) {
        if (!data.isToldBy(fact(DATA))) {
            return this;
        }
        Map<String, String> today = new HashMap<>(facts);
        today.put(DATA, data.sha256());
        return new RunOrigin(today);
    }

    /**
     * Refuses to go on with something else. Other data is let in, so that a broken picture can be taken out, another
     * kind of device and its precision, so that a run can move, and another number of steps, so that it can go on for
     * longer: {@link #changes} tells of them.
     *
     * @param now what a run is to go on with
     * @throws IllegalArgumentException naming the first thing that is not the same
     */
    void requireSame(RunOrigin now) {
        RecipeDifference.requireNone(fact(RECIPE), now.fact(RECIPE));
        for (String name : List.of(SHARDS, TEACHER)) {
            requireSame(name, now);
        }
        // A recipe without use for them is refused with them. Runs of earlier versions may have begun so.
        Stream.of(FEATURES, DISTANCE_MODEL).filter(now.facts::containsKey).forEach(name -> requireSame(name, now));
        // A run that goes on needs no start, but one that is named must be its own: without one, the teacher's weights.
        String start = facts.getOrDefault(INIT, fact(TEACHER));
        TrainingRecipe.require(
                now.facts.getOrDefault(INIT, start).equals(start),
                INIT,
                now.fact(INIT),
                start + ", as when the run began");
    }

    private void requireSame(String name, RunOrigin now) {
        TrainingRecipe.require(
                fact(name).equals(now.fact(name)), name, now.fact(name), fact(name) + ", as when the run began");
    }

    /** What is not the same and is let in nevertheless, in words. */
    List<String> changes(RunOrigin now) {
        List<String> changes = new ArrayList<>();
        if (!fact(DATA).equals(now.fact(DATA))) {
            changes.add("data: other pictures than the run began with");
        }
        if (differs(DEVICE, now)) {
            changes.add("device: " + now.fact(DEVICE) + ", where the run began on a " + fact(DEVICE));
        }
        if (differs(PRECISION, now)) {
            changes.add("precision: " + now.fact(PRECISION) + ", where the run began with " + fact(PRECISION));
        }
        if (differs(STEPS, now)) {
            changes.add("steps: " + now.fact(STEPS) + ", where the run began with " + fact(STEPS));
        }
        if (now.facts.containsKey(GROUPS) && !facts.containsKey(GROUPS)) {
            // As checkpoints of versions do that computed the rows beyond the last whole microbatch by themselves.
            changes.add("groups: " + now.fact(GROUPS) + ", where the run began with a smaller last one in each share");
        }
        return changes;
    }

    /** Checkpoints of earlier versions do not tell everything. */
    private boolean differs(String name, RunOrigin now) {
        return facts.containsKey(name) && !fact(name).equals(now.fact(name));
    }

    String fact(String name) {
        return facts.getOrDefault(name, NONE);
    }
}
