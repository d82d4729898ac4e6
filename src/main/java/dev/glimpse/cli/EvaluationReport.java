package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.glimpse.evaluation.ClassScore;
import dev.glimpse.evaluation.ClassTally;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.FrechetDistance;
import dev.glimpse.evaluation.PrecisionRecall;
import dev.glimpse.evaluation.SampleStatistics;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.model.ClassifierCard;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The numbers of an evaluation, for people and for programs.
 *
 * @param json everything
 * @param rows the settings and their numbers
 */
record EvaluationReport(JsonObject json, List<Row> rows) {
    private static final String DISTANCE = "frechet_distance";
    private static final String SCORE = "class_score";
    private static final String SIGNS = "signs";
    private static final String REMARK = "remark";
    private static final String REJECTION = "rejection";
    private static final String LAST_JUMP = "  last jump t";

    /**
     * The numbers of one setting.
     *
     * @param setting that they belong to
     * @param json the numbers by name
     */
    record Row(EvaluationSetting setting, JsonObject json) {
        /** A number, infinite where JSON has none for it; NaN where it was not measured. */
        double number(String name) {
            if (!json.has(name)) {
                return Double.NaN;
            }
            return json.get(name).isJsonNull()
                    ? Double.POSITIVE_INFINITY
                    : json.get(name).getAsDouble();
        }
    }

    /**
     * A number that a table or a plot shows.
     *
     * @param ofFeatures whether it depends on the feature network, and not on pixels alone
     */
    record Column(String key, String title, int decimals, boolean ofFeatures) {}

    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        columns.add(distance());
        columns.add(new Column("precision", "precision", 3, true));
        columns.add(new Column("recall", "recall", 3, true));
        columns.add(
                new Column(key(SCORE, "inception_score"), json.get("score_name").getAsString(), 3, true));
        columns.add(new Column("class_accuracy", "class accuracy", 4, true));
        columns.add(new Column("psnr_db", "PSNR to teacher (dB)", 2, false));
        columns.removeIf(column -> rows.stream().allMatch(row -> Double.isNaN(row.number(column.key()))));
        return columns;
    }

    private Column distance() {
        return new Column(key(DISTANCE, "fid"), json.get("distance_name").getAsString(), 3, true);
    }

    private String key(String ours, String inception) {
        return json.get("inception").getAsBoolean() ? inception : ours;
    }

    static EvaluationReport of(
            StatisticsFile statistics, StatisticsFile real, FeatureSource features, JsonObject data) {
        JsonObject json = EvaluationRun.parse(statistics);
        json.addProperty("samples", statistics.done());
        if (json.has(REJECTION)) {
            int kept = json.get("count").getAsInt();
            ClassifierRejection.count(
                    json.getAsJsonObject(REJECTION),
                    kept,
                    EvaluationRun.labels(json).size());
        }
        json.add("data", data);
        json.addProperty("inception", features.isInception());
        json.addProperty("distance_name", features.distanceName());
        json.addProperty("score_name", features.scoreName());
        remark(features, EvaluationRun.labels(json)).ifPresent(remark -> json.addProperty(REMARK, remark));
        SampleStatistics reference = real.settings().get(0);
        FrechetDistance distance = new FrechetDistance(reference.moments());
        List<JsonObject> numbers = new ArrayList<>();
        for (SampleStatistics samples : statistics.settings()) {
            numbers.add(numbers(samples, reference, distance, features.isInception()));
        }
        List<Row> rows = new ArrayList<>();
        JsonArray array = new JsonArray();
        for (EvaluationSetting setting : EvaluationRun.settings(json)) {
            JsonObject row = setting.toJson();
            row.remove("plan");
            numbers.get(setting.plan()).entrySet().forEach(number -> row.add(number.getKey(), number.getValue()));
            rows.add(new Row(setting, row));
            array.add(row);
        }
        json.add("settings", array);
        EvaluationReport report = new EvaluationReport(json, rows);
        JsonArray signs = new JsonArray();
        new EvaluationSigns(report.distance(), value -> distance.deviation(value, statistics.done()))
                .of(rows)
                .forEach(signs::add);
        json.add(SIGNS, signs);
        return report;
    }

    /** Why there is no class accuracy where one would look for it. */
    private static Optional<String> remark(FeatureSource features, List<String> labels) {
        List<String> classes = features.card().map(ClassifierCard::classes).orElse(List.of());
        return IntStream.range(0, classes.size() == labels.size() ? labels.size() : 0)
                .filter(i -> !classes.get(i).equals(labels.get(i)))
                .mapToObj(i -> "no class accuracy: class " + i + " is " + classes.get(i) + " to the classifier and "
                        + labels.get(i) + " to the model; train it with --recipe or --config, which name them")
                .findFirst();
    }

    private static JsonObject numbers(
            SampleStatistics samples, SampleStatistics reference, FrechetDistance distance, boolean inception) {
        JsonObject numbers = new JsonObject();
        numbers.addProperty(inception ? "fid" : DISTANCE, distance.to(samples.moments()));
        int least = PrecisionRecall.NEIGHBOURS + 1;
        if (samples.kept().count() >= least && reference.kept().count() >= least) {
            PrecisionRecall shares = PrecisionRecall.of(reference.kept(), samples.kept(), PrecisionRecall.NEIGHBOURS);
            numbers.addProperty("precision", shares.precision());
            numbers.addProperty("recall", shares.recall());
            numbers.addProperty("neighbourhood_samples", samples.kept().count());
            numbers.addProperty("neighbourhood_pictures", reference.kept().count());
        }
        ClassScore score = samples.score();
        if (score != null) {
            ClassScore.Score value = score.score();
            numbers.addProperty(inception ? "inception_score" : SCORE, value.mean());
            numbers.addProperty((inception ? "inception_score" : SCORE) + "_deviation", value.deviation());
        }
        ClassTally tally = samples.tally();
        if (tally != null) {
            addNumber(numbers, "class_accuracy", tally.accuracy());
            numbers.add("asked_per_class", array(tally.asked()));
            numbers.add("seen_per_class", array(tally.seen()));
        }
        if (samples.error().values() > 0) {
            addNumber(numbers, "psnr_db", samples.error().psnr());
        }
        return numbers;
    }

    /** JSON has no number for infinity, the PSNR of equal pictures; null stands for it, and for nothing else. */
    private static void addNumber(JsonObject numbers, String name, double value) {
        if (Double.isFinite(value)) {
            numbers.addProperty(name, value);
        } else if (!Double.isNaN(value)) {
            numbers.add(name, JsonNull.INSTANCE);
        }
    }

    private static JsonArray array(long... values) {
        JsonArray array = new JsonArray();
        for (long value : values) {
            array.add(value);
        }
        return array;
    }

    /** A table with a line that says what the numbers are made of, and signs of failure where it shows some. */
    void print(PrintWriter out) {
        JsonObject data = json.getAsJsonObject("data");
        out.printf(
                Locale.ROOT,
                "%s/%s, seed %s: %d samples a setting against %d pictures of %s (%s)%nfeatures: %s%n%n",
                text("model"),
                text("version"),
                text("seed"),
                json.get("samples").getAsInt(),
                data.get("pictures").getAsInt(),
                data.get("directory").getAsString(),
                data.get("part").getAsString(),
                text("features"));
        boolean lastJumps =
                rows.stream().anyMatch(row -> row.setting().lastJump().isPresent());
        if (json.has("last_jump_t")
                && rows.stream().anyMatch(row -> row.setting().heedsTheModelsLastJump())) {
            out.printf("the last of several jumps begins at t = %s%n%n", text("last_jump_t"));
        }
        if (json.has(REJECTION)) {
            String told = ClassifierRejection.told(json.getAsJsonObject(REJECTION), text("features_sha256"));
            out.printf("%s%n%n", told);
        }
        printTable(out, lastJumps);
        if (json.has(REMARK)) {
            out.printf("%n%s%n", text(REMARK));
        }
        json.getAsJsonArray(SIGNS).forEach(sign -> out.printf("%n%s%n", sign.getAsString()));
        out.flush();
    }

    private void printTable(PrintWriter out, boolean lastJumps) {
        out.printf(Locale.ROOT, "%-9s %6s %6s %5s", "sampler", "gamma", "steps", "NFE");
        out.print(lastJumps ? LAST_JUMP : "");
        columns().forEach(column -> out.print("  " + column.title()));
        out.println(rows.stream().allMatch(row -> row.setting().knots().isEmpty()) ? "" : "  knots");
        for (Row row : rows) {
            EvaluationSetting setting = row.setting();
            out.printf(
                    Locale.ROOT,
                    "%-9s %6s %6d %5d",
                    setting.sampler(),
                    setting.gamma(),
                    setting.steps(),
                    setting.nfe());
            if (lastJumps) {
                String place = setting.lastJump().map(LastJump::told).orElse("-");
                out.printf(Locale.ROOT, "%" + LAST_JUMP.length() + "s", place);
            }
            columns()
                    .forEach(column -> out.printf(
                            Locale.ROOT,
                            "  %" + column.title().length() + "s",
                            shown(row.number(column.key()), column)));
            out.println(setting.knots().isEmpty() ? "" : "  " + setting.toldKnots());
        }
    }

    private static String shown(double value, Column column) {
        if (Double.isInfinite(value)) {
            return "inf";
        }
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + column.decimals() + "f", value);
    }

    private String text(String name) {
        return json.get(name).getAsString();
    }
}
