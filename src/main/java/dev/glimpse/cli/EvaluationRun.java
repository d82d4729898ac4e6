package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What an evaluation looks at: everything that decides its numbers, apart from the data it compares with.
 *
 * @param model that is evaluated
 * @param seed key of all noise and labels
 * @param count samples of each plan
 * @param settings rows of the result
 * @param plans that the settings walk
 * @param features by which pictures are compared
 * @param teacher whose pictures from the same noise are the target
 * @param rejection of samples that are not kept; empty where all are
 */
record EvaluationRun(
        ModelDirectory model,
        long seed,
        int count,
        List<EvaluationSetting> settings,
        List<StepPlan> plans,
        FeatureSource features,
        Teacher teacher,
        Optional<ClassifierRejection> rejection) {
    /**
     * What samples are compared with pixel by pixel.
     *
     * @param model may be the evaluated one
     * @param plan its walk
     * @param count samples that are compared; 0 for none
     */
    record Teacher(ModelDirectory model, StepPlan plan, int count) {}

    ModelSpec spec() {
        return model.config().spec();
    }

    PictureShape picture() {
        return new PictureShape(spec().channels(), spec().height(), spec().width());
    }

    /** How the samples are cut: where some are left out, by classes. */
    SampleBlocks blocks() {
        return rejection.isPresent()
                ? new SampleBlocks.Groups(count, spec().labels().size())
                : new SampleBlocks.Batches(count);
    }

    /** The run as a text: statistics with the same one can be joined. */
    String description() {
        JsonObject json = new JsonObject();
        json.addProperty("model", model.name());
        json.addProperty("version", model.version());
        json.addProperty("weights_sha256", model.config().weightsSha256());
        addTimes(json, spec());
        json.addProperty("seed", Long.toUnsignedString(seed));
        json.addProperty("count", count);
        JsonArray labels = new JsonArray();
        spec().labels().forEach(labels::add);
        json.add("labels", labels);
        JsonArray shape = new JsonArray();
        IntStream.of(spec().channels(), spec().height(), spec().width()).forEach(shape::add);
        json.add("picture", shape);
        json.addProperty("features", features.description());
        json.addProperty("features_sha256", features.sha256());
        json.addProperty("features_input", features.input());
        JsonArray rows = new JsonArray();
        settings.forEach(setting -> rows.add(setting.toJson()));
        json.add("settings", rows);
        rejection.ifPresent(rule -> json.add("rejection", rule.toJson()));
        if (teacher.count() > 0) {
            JsonObject target = new JsonObject();
            target.addProperty(
                    "model", teacher.model().name() + "/" + teacher.model().version());
            target.addProperty("weights_sha256", teacher.model().config().weightsSha256());
            addTimes(target, teacher.model().config().spec());
            target.addProperty("sampler", teacher.plan().sampler().name());
            target.addProperty("nfe", teacher.plan().nfe());
            target.addProperty("count", teacher.count());
            json.add("teacher", target);
        }
        return json.toString();
    }

    /** What decides a model's walks beside its weights, whose checksum does not tell of it. */
    private static void addTimes(JsonObject json, ModelSpec spec) {
        JsonObject times = new JsonObject();
        times.addProperty("sigma_min", spec.sigmaMin());
        times.addProperty("sigma_max", spec.sigmaMax());
        times.addProperty("sigma_data", spec.sigmaData());
        times.addProperty("rho", spec.rho());
        json.add("times", times);
        spec.lastJumpT().ifPresent(t -> json.addProperty("last_jump_t", t));
    }

    /** The description that statistics carry. */
    static JsonObject parse(StatisticsFile statistics) {
        try {
            return JsonParser.parseString(statistics.run()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new ModelFormatException("statistics: run " + statistics.run() + " (expected: a JSON object)");
        }
    }

    /** The shape of a description's pictures. */
    static PictureShape picture(JsonObject described) {
        JsonArray extents = described.getAsJsonArray("picture");
        return new PictureShape(
                extents.get(0).getAsInt(),
                extents.get(1).getAsInt(),
                extents.get(2).getAsInt());
    }

    /** The names of a description's classes; empty for none. */
    static List<String> labels(JsonObject described) {
        return described.getAsJsonArray("labels").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** Refuses features other than those of a description, or known by another name. */
    static void requireSameFeatures(JsonObject described, FeatureSource features) {
        String expected = described.get("features_sha256").getAsString();
        if (!features.sha256().equals(expected)) {
            throw new WrongInputException(
                    "--features",
                    features.description(),
                    "the file that the shards were made with, sha256 " + expected);
        }
        String named = described.get("features").getAsString();
        if (!features.description().equals(named)) {
            throw new WrongInputException(
                    "--features, --features-name", features.description(), named + ", as the shards had it");
        }
        String input = described.get("features_input").getAsString();
        if (!features.input().equals(input)) {
            throw new WrongInputException("--features-input", features.input(), input + ", as the shards had it");
        }
    }

    static List<EvaluationSetting> settings(JsonObject run) {
        List<EvaluationSetting> settings = new ArrayList<>();
        run.getAsJsonArray("settings").forEach(element -> settings.add(EvaluationSetting.of(element)));
        return settings;
    }
}
