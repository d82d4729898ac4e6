package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.math.KarrasGrid;
import java.util.OptionalDouble;

/**
 * The content of a model directory's config.json.
 *
 * @param spec what the model makes and between which times
 * @param network its architecture and size
 * @param weightsSha256 checksum of model.safetensors, 64 hexadecimal digits
 * @param training how the model came about; free in form
 */
public record ModelConfig(ModelSpec spec, NetworkConfig network, String weightsSha256, JsonObject training) {
    private static final int FORMAT = 1;

    public ModelConfig {
        if (network.imageSize() != spec.height()
                || network.imageSize() != spec.width()
                || network.imageChannels() != spec.channels()
                || network.labels() != spec.labels().size()
                || network.jumps() != spec.jumps()) {
            throw new IllegalArgumentException(
                    "network: " + network + " (expected: the size, labels and jumps of " + spec + ")");
        }
    }

    /**
     * Parses config.json.
     *
     * @param source names the file in messages
     * @throws ModelFormatException if a field is missing, unknown or holds a value that cannot be
     */
    public static ModelConfig parse(String text, String source) {
        return JsonText.read(text, source, ModelConfig::read);
    }

    private static ModelConfig read(JsonFields top) {
        int format = top.integer("format");
        if (format != FORMAT) {
            throw new IllegalArgumentException("format: " + format + " (expected: " + FORMAT + ")");
        }
        JsonFields image = top.fields("image");
        JsonFields times = top.fields("times");
        ImportSettings.Times range = times(times);
        boolean jumps = !top.has("jumps") || top.flag("jumps");
        ModelSpec spec = new ModelSpec(
                image.integer("channels"),
                image.integer("height"),
                image.integer("width"),
                top.texts("labels"),
                range.sigmaMin(),
                range.sigmaMax(),
                range.sigmaData(),
                range.rho(),
                jumps,
                jumps ? lastJump(times, range) : OptionalDouble.empty());
        image.end();
        times.end();
        // Names that are odd alone are shown in a way that does no harm, and their classes can be meant by index.
        LabelNames.repeated(spec.labels())
                .ifPresent(flaw -> NetworkConfig.require(false, "labels", flaw.name(), flaw.expected()));
        requirePicture(spec);
        NetworkConfig network = network(top.fields("network"), spec);
        JsonFields weights = top.fields("weights");
        String checksum = weights.text("sha256");
        weights.end();
        JsonObject training = top.object("training");
        top.end();
        return new ModelConfig(spec, network, checksum, training);
    }

    /** The networks here take no others; said of the fields where they stand, not of what the network makes of them. */
    private static void requirePicture(ModelSpec spec) {
        int channels = spec.channels();
        NetworkConfig.require(channels == 1 || channels == 3, "image.channels", channels, "1 or 3");
        NetworkConfig.require(
                spec.width() == spec.height(), "image.width", spec.width(), "the height, " + spec.height());
    }

    private static NetworkConfig network(JsonFields fields, ModelSpec spec) {
        try {
            return NetworkFields.read(fields, spec);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("network." + e.getMessage(), e);
        }
    }

    private static ImportSettings.Times times(JsonFields times) {
        double sigmaMin = times.number("sigma_min");
        double sigmaMax = times.number("sigma_max");
        double sigmaData = times.number("sigma_data");
        double rho = times.number("rho");
        try {
            return new ImportSettings.Times(sigmaMin, sigmaMax, sigmaData, rho);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("times." + e.getMessage(), e);
        }
    }

    private static OptionalDouble lastJump(JsonFields times, ImportSettings.Times range) {
        if (!times.has("last_jump_t")) {
            return OptionalDouble.empty();
        }
        double t = times.number("last_jump_t");
        if (!new KarrasGrid(range.sigmaMin(), range.sigmaMax(), range.rho()).isOnTheWay(t)) {
            throw new IllegalArgumentException("times.last_jump_t: " + t + " (expected: between sigma_min "
                    + range.sigmaMin() + " and sigma_max " + range.sigmaMax() + ")");
        }
        return OptionalDouble.of(t);
    }

    /** The text of config.json. */
    public String toJson() {
        JsonObject image = new JsonObject();
        image.addProperty("channels", spec.channels());
        image.addProperty("height", spec.height());
        image.addProperty("width", spec.width());
        JsonObject times = new JsonObject();
        times.addProperty("sigma_min", spec.sigmaMin());
        times.addProperty("sigma_max", spec.sigmaMax());
        times.addProperty("sigma_data", spec.sigmaData());
        times.addProperty("rho", spec.rho());
        spec.lastJumpT().ifPresent(t -> times.addProperty("last_jump_t", t));
        JsonObject weights = new JsonObject();
        weights.addProperty("sha256", weightsSha256);
        JsonObject top = new JsonObject();
        top.addProperty("format", FORMAT);
        top.add("image", image);
        JsonArray labels = new JsonArray();
        spec.labels().forEach(labels::add);
        top.add("labels", labels);
        top.add("times", times);
        if (!spec.jumps()) {
            top.addProperty("jumps", false);
        }
        top.add("network", NetworkFields.write(network));
        top.add("weights", weights);
        top.add("training", training);
        return JsonText.indented(top) + "\n";
    }
}
