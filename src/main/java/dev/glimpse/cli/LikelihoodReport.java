package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.CellSize;
import dev.glimpse.evaluation.EvenSpread;
import dev.glimpse.evaluation.LikelihoodSettings;
import dev.glimpse.evaluation.LikelihoodSummary;
import dev.glimpse.evaluation.PictureLikelihood;
import dev.glimpse.model.ModelDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What likelihoods are told as: for a person the mean alone, for a program one JSON object a line. */
final class LikelihoodReport {
    /** Pictures that those of the run lie evenly over; absent where they are the first ones. */
    static final String SPREAD_OVER = "spread_over";

    private static final double NANOS = 1e9;
    private static final String BOUND = "lower bound";

    private final ModelDirectory model;
    private final PictureOptions.Selection pictures;
    private final LikelihoodSettings settings;
    private final String method;
    private final boolean json;
    private final PrintWriter out;
    private final @Nullable JsonLinesFile file;
    private final LikelihoodSummary summary = new LikelihoodSummary();

    /**
     * Where a report goes.
     *
     * @param json whether the console gets JSON
     * @param out the console
     * @param file receives JSON whatever the console gets; null: none does
     */
    record Sinks(boolean json, PrintWriter out, @Nullable JsonLinesFile file) {}

    /** @param bound passes of the bound that is computed in place of the ODE, if it is */
    LikelihoodReport(
            ModelDirectory model,
            PictureOptions.Selection pictures,
            LikelihoodSettings settings,
            OptionalInt bound,
            Sinks sinks) {
        this.model = model;
        this.pictures = pictures;
        this.settings = settings;
        this.method = bound.isPresent()
                ? BOUND + " of " + bound.getAsInt() + " passes"
                : settings.integrator().toString();
        json = sinks.json();
        out = sinks.out();
        file = sinks.file();
    }

    /** One more picture is scored; nothing of it is kept but its share of the mean. */
    void scored(PictureLikelihood picture) throws IOException {
        summary.add(picture);
        if (!json && file == null) {
            return;
        }
        JsonObject line = new JsonObject();
        line.addProperty("event", "picture");
        line.addProperty("index", picture.index());
        line.addProperty("bits_per_dimension", picture.bitsPerDimension());
        add(line, "probe_error", picture.standardError());
        line.addProperty("prior_log_density", picture.priorLogDensity());
        line.addProperty("log_determinant", picture.logDeterminant());
        line.addProperty("residual", picture.residual());
        line.addProperty("evaluations", picture.evaluations());
        write(line);
    }

    /** Whether any picture was scored. */
    boolean holdsScores() {
        return summary.count() > 0;
    }

    /**
     * No more pictures come.
     *
     * @param nanos how long it took
     */
    void ended(long nanos) throws IOException {
        // First, as the disk that the file is on may be full, and there may be nothing else to read the mean from.
        if (!json) {
            print(nanos);
            out.flush();
        }
        if (json || file != null) {
            write(summaryLine(nanos));
        }
    }

    private void write(JsonObject line) throws IOException {
        if (json) {
            out.println(line);
            StandardOutput.requireReader(out);
        }
        if (file != null) {
            file.write(line);
        }
    }

    private void print(long nanos) {
        out.printf(
                Locale.ROOT,
                "%s/%s: %s, dequantisation %s%s%s, seed %s%n",
                model.name(),
                model.version(),
                method,
                name(settings.dequantisation()),
                cell(name(settings.cellSize())),
                isBound(method) ? "" : ", " + Counted.of(settings.probes(), name(settings.probe()) + " probe"),
                Long.toUnsignedString(settings.seed()));
        if (summary.count() == 0) {
            out.printf(Locale.ROOT, "interrupted before the first of %d pictures was scored%n", pictures.count());
            return;
        }
        out.printf(
                Locale.ROOT,
                "%.4f bits/dim, standard error %s over %s, %s over pictures%n",
                summary.bitsPerDimension().orElseThrow(),
                shown(summary.probeError()),
                repeated(method),
                shown(summary.pictureError()));
        out.printf(
                Locale.ROOT,
                "%d of %d pictures, %.1f evaluations each, %.1f s%n",
                summary.count(),
                pictures.count(),
                (double) summary.evaluations() / summary.count(),
                nanos / NANOS);
    }

    private JsonObject summaryLine(long nanos) {
        JsonObject line = new JsonObject();
        line.addProperty("event", "summary");
        line.addProperty("model", model.name());
        line.addProperty("version", model.version());
        line.addProperty("weights_sha256", model.config().weightsSha256());
        line.addProperty("sigma_min", model.config().spec().sigmaMin());
        line.addProperty("sigma_max", model.config().spec().sigmaMax());
        line.addProperty("sigma_data", model.config().spec().sigmaData());
        line.addProperty("rho", model.config().spec().rho());
        line.addProperty("data_sha256", pictures.data().sha256());
        line.addProperty("label", pictures.data().label());
        line.addProperty("method", method);
        line.addProperty("dequantisation", name(settings.dequantisation()));
        line.addProperty("cell", name(settings.cellSize()));
        if (!isBound(method)) {
            line.addProperty("probe", name(settings.probe()));
            line.addProperty("probes", settings.probes());
        }
        // A JSON number is a double to many readers, and a double does not hold 64 bits.
        line.addProperty("seed", Long.toUnsignedString(settings.seed()));
        line.addProperty("pictures", summary.count());
        line.addProperty("of_pictures", pictures.data().count());
        EvenSpread choice = pictures.data().choice();
        if (choice.all() > choice.count()) {
            line.addProperty(SPREAD_OVER, choice.all());
        }
        line.addProperty("complete", summary.count() == pictures.count());
        add(line, "bits_per_dimension", summary.bitsPerDimension());
        add(line, "probe_error", summary.probeError());
        add(line, "picture_error", summary.pictureError());
        line.addProperty("evaluations", summary.evaluations());
        line.addProperty("seconds", nanos / NANOS);
        return line;
    }

    /** What a person is told of a cell that is not the exact one, as its numbers are on another scale. */
    static String cell(String name) {
        return name.equals(name(CellSize.EXACT)) ? "" : ", cell " + name;
    }

    /** Whether a method, as a report tells it, is the bound: that draws noise for each pass, and no probes. */
    static boolean isBound(String method) {
        return method.startsWith(BOUND);
    }

    /** What a method takes the mean over for each picture. */
    static String repeated(String method) {
        return isBound(method) ? "passes" : "probes";
    }

    static void add(JsonObject line, String name, OptionalDouble value) {
        value.ifPresent(number -> line.addProperty(name, number));
    }

    static String shown(OptionalDouble error) {
        return error.isPresent() ? String.format(Locale.ROOT, "%.4f", error.getAsDouble()) : "unknown";
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
