package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.glimpse.evaluation.EvenSpread;
import dev.glimpse.evaluation.LikelihoodSummary;
import dev.glimpse.evaluation.PictureLikelihood;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The likelihoods of all shards of a run, joined. */
final class LikelihoodMerge {
    /** What shards of one run have in common, as their last lines tell it. */
    private static final List<String> SETTINGS = List.of(
            "model",
            "version",
            "weights_sha256",
            "data_sha256",
            "label",
            "of_pictures",
            "method",
            "dequantisation",
            "cell",
            "seed");

    /** And those of an ODE; older versions wrote them for the bound as well, where they meant nothing. */
    private static final List<String> ODE_SETTINGS = List.of("probe", "probes");

    /** And those that older versions did not tell, or that not all runs have. */
    private static final List<String> FURTHER_SETTINGS =
            List.of("sigma_min", "sigma_max", "sigma_data", "rho", LikelihoodReport.SPREAD_OVER);

    private final JsonObject settings;
    private final EvenSpread choice;
    private final SortedMap<Integer, PictureLikelihood> pictures;

    private LikelihoodMerge(JsonObject settings, EvenSpread choice, SortedMap<Integer, PictureLikelihood> pictures) {
        this.settings = settings;
        this.choice = choice;
        this.pictures = pictures;
    }

    /**
     * Reads what {@code --out} has received in each shard.
     *
     * @throws WrongInputException when a file is none of these, is not complete, is of another run than the first, or
     *     holds a picture of another one; or when they do not hold all pictures of the run
     */
    static LikelihoodMerge of(List<Path> files) {
        @Nullable JsonObject settings = null;
        EvenSpread choice = new EvenSpread(0, 0);
        SortedMap<Integer, PictureLikelihood> pictures = new TreeMap<>();
        for (Path file : files) {
            List<JsonObject> lines = read(file);
            JsonObject last = lines.get(lines.size() - 1);
            if (!last.has("complete") || !last.get("complete").equals(new JsonPrimitive(true))) {
                throw new WrongInputException("--merge", file, "a shard that was scored to its end");
            }
            JsonObject own = settings(file, last);
            if (settings != null && !settings.equals(own)) {
                throw new WrongInputException("--merge", file, "a shard of the same run as the first, " + settings);
            }
            settings = own;
            choice = choice(new Line(file, last, "on the last line"));
            for (JsonObject line : lines.subList(0, lines.size() - 1)) {
                PictureLikelihood picture = picture(new Line(file, line, "on each line"), choice);
                if (pictures.put(picture.index(), picture) != null) {
                    throw new WrongInputException(
                            "--merge", file, "each shard once, as picture " + picture.index() + " came before");
                }
            }
        }
        LikelihoodMerge merge = new LikelihoodMerge(settings == null ? new JsonObject() : settings, choice, pictures);
        merge.requireAll();
        return merge;
    }

    private void requireAll() {
        IntStream.range(0, choice.count())
                .map(choice::at)
                .filter(index -> !pictures.containsKey(index))
                .findFirst()
                .ifPresent(missing -> {
                    throw new WrongInputException(
                            "--merge",
                            pictures.size() + " pictures",
                            choice.count() + ", all that the run asks for; the shard of picture " + missing
                                    + " is missing");
                });
    }

    /** Which pictures the run scores. */
    private static EvenSpread choice(Line last) {
        int count = last.whole("of_pictures");
        int all = last.content().has(LikelihoodReport.SPREAD_OVER) ? last.whole(LikelihoodReport.SPREAD_OVER) : count;
        if (count < 1 || all < count) {
            throw last.wrong("at least one of_pictures, and " + LikelihoodReport.SPREAD_OVER + " no fewer, if at all");
        }
        return new EvenSpread(count, all);
    }

    private static List<JsonObject> read(Path file) {
        try {
            List<JsonObject> lines = Files.readAllLines(file).stream()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
            if (!lines.isEmpty()) {
                return lines;
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            // Refused below, like an empty file.
        }
        throw new WrongInputException("--merge", file, "what 'glimpse likelihood --out' has written");
    }

    private static JsonObject settings(Path file, JsonObject summary) {
        JsonObject settings = new JsonObject();
        SETTINGS.forEach(name -> copy(file, summary, name, settings));
        if (!LikelihoodReport.isBound(settings.get("method").getAsString())) {
            ODE_SETTINGS.forEach(name -> copy(file, summary, name, settings));
        }
        FURTHER_SETTINGS.stream().filter(summary::has).forEach(name -> copy(file, summary, name, settings));
        return settings;
    }

    private static void copy(Path file, JsonObject summary, String name, JsonObject settings) {
        if (!summary.has(name) || !summary.get(name).isJsonPrimitive()) {
            throw new WrongInputException(
                    "--merge", file, "a last line with " + name + "; what an older version wrote lacks it");
        }
        settings.add(name, summary.get(name));
    }

    private static PictureLikelihood picture(Line line, EvenSpread choice) {
        int index = line.whole("index");
        if (index < 0 || !choice.holds(index)) {
            throw line.wrong(
                    choice.all() == choice.count()
                            ? "an index in 0.." + (choice.count() - 1) + ", of all pictures of the run"
                            : "that of one of " + choice.count() + " pictures, evenly spaced over " + choice.all());
        }
        return new PictureLikelihood(
                index,
                line.number("bits_per_dimension"),
                line.content().has("probe_error")
                        ? OptionalDouble.of(line.number("probe_error"))
                        : OptionalDouble.empty(),
                line.number("prior_log_density"),
                line.number("log_determinant"),
                line.number("residual"),
                line.whole("evaluations"));
    }

    /** A line of a file that somebody may have damaged. */
    private record Line(Path file, JsonObject content, String place) {
        double number(String name) {
            return read(name, JsonElement::getAsDouble);
        }

        int whole(String name) {
            return read(name, value -> value.getAsBigDecimal().intValueExact());
        }

        private <T> T read(String name, Function<JsonElement, T> as) {
            @Nullable JsonElement value = content.get(name);
            if (value != null && value.isJsonPrimitive()) {
                try {
                    return as.apply(value);
                } catch (NumberFormatException | ArithmeticException e) {
                    // Refused below, like a value of another kind.
                }
            }
            throw wrong("a number " + name + " " + place);
        }

        WrongInputException wrong(String expected) {
            return new WrongInputException("--merge", file + ", with " + content, expected);
        }
    }

    /** Tells the mean over all pictures with its errors. */
    void report(boolean json, PrintWriter out) {
        LikelihoodSummary summary = new LikelihoodSummary();
        pictures.values().forEach(summary::add);
        if (json) {
            JsonObject result = settings.deepCopy();
            result.addProperty("pictures", summary.count());
            LikelihoodReport.add(result, "bits_per_dimension", summary.bitsPerDimension());
            LikelihoodReport.add(result, "probe_error", summary.probeError());
            LikelihoodReport.add(result, "picture_error", summary.pictureError());
            result.addProperty("evaluations", summary.evaluations());
            JsonOption.print(result, out);
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s/%s: %.4f bits/dim, standard error %s over %s, %s over %d pictures%s%n",
                settings.get("model").getAsString(),
                settings.get("version").getAsString(),
                summary.bitsPerDimension().orElse(Double.NaN),
                LikelihoodReport.shown(summary.probeError()),
                LikelihoodReport.repeated(settings.get("method").getAsString()),
                LikelihoodReport.shown(summary.pictureError()),
                summary.count(),
                LikelihoodReport.cell(settings.get("cell").getAsString()));
    }
}
