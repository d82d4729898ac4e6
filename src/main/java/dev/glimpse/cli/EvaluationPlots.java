package dev.glimpse.cli;

import dev.glimpse.image.Curve;
import dev.glimpse.image.CurvePlot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Curves of an evaluation's numbers against the number of network evaluations, one for each sampler and gamma.
 *
 * @param report with the numbers
 */
record EvaluationPlots(EvaluationReport report) {

    /**
     * Writes one PNG file for each column of the report with a point to draw.
     *
     * @param err told of those that cannot be drawn here
     */
    void write(Path out, PrintWriter err) throws IOException {
        PlotFiles files = new PlotFiles();
        Map<String, List<EvaluationReport.Row>> rules = new LinkedHashMap<>();
        List<EvaluationReport.Row> ascending = new ArrayList<>(report.rows());
        ascending.sort(Comparator.comparingInt(row -> row.setting().nfe()));
        for (EvaluationReport.Row row : ascending) {
            rules.computeIfAbsent(row.setting().rule(), rule -> new ArrayList<>())
                    .add(row);
        }
        Map<String, String> names = names(rules);
        List<EvaluationReport.Column> columns = report.columns();
        // As of a model that draws its teacher's very pictures.
        columns.removeIf(column -> ascending.stream().noneMatch(row -> Double.isFinite(row.number(column.key()))));
        for (EvaluationReport.Column column : columns) {
            List<Curve> curves = new ArrayList<>();
            rules.forEach((rule, rows) -> curves.add(new Curve(
                    names.get(rule),
                    rows.stream().mapToDouble(row -> row.setting().nfe()).toArray(),
                    rows.stream().mapToDouble(row -> row.number(column.key())).toArray())));
            CurvePlot plot = new CurvePlot(
                    title(column), "network evaluations per picture (NFE)", column.title(), CurvePlot.Scale.LOG_X);
            files.write(out.resolve(column.key().replace('_', '-') + ".png"), () -> plot.png(curves));
        }
        files.warning().ifPresent(err::println);
    }

    /** Names for a legend, each another one, by rule: all knots of a long walk would leave no room for the curves. */
    static Map<String, String> names(Map<String, List<EvaluationReport.Row>> rules) {
        Map<String, String> names = new LinkedHashMap<>();
        rules.forEach((rule, rows) -> {
            String shorter = rows.get(0).setting().shortRule();
            String name = shorter;
            for (int i = 2; names.containsValue(name); i++) {
                name = shorter + " (" + i + ")";
            }
            names.put(rule, name);
        });
        return names;
    }

    String title(EvaluationReport.Column column) {
        return column.ofFeatures()
                ? column.title() + " by " + report.json().get("features").getAsString()
                : column.title();
    }
}
