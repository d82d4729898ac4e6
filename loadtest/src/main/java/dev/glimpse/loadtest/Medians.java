package dev.glimpse.loadtest;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table of the medians and ranges of runs, and how the first target of each scenario compares with each other one.
 */
final class Medians {
    private static final Column GOODPUT = new Column("good/s", 2, s -> OptionalDouble.of(s.goodput()));
    private static final Column FIRST_P99 =
            new Column("first p99", 1, s -> Percentiles.millis(s.times().first(), 99));
    private static final List<Column> COLUMNS = List.of(
            GOODPUT,
            // The times beside it are of those alone.
            new Column("answered %", 1, Summary::answeredPercent),
            new Column("first p50", 1, s -> Percentiles.millis(s.times().first(), 50)),
            FIRST_P99,
            new Column("last p99", 1, s -> Percentiles.millis(s.times().last(), 99)),
            new Column("evals/s", 0, s -> OptionalDouble.of(s.nfePerSecond())),
            new Column("rows", 2, s -> OptionalDouble.of(s.meanRows())));

    private final PrintWriter out;

    /** What the table tells of the runs of a target. */
    private record Column(String name, int digits, Function<Summary, OptionalDouble> what) {
        /** Empty if one of the runs does not tell. */
        OptionalDouble median(List<Summary> runs) {
            List<Double> values = values(runs);
            return values.size() < runs.size() ? OptionalDouble.empty() : OptionalDouble.of(Numbers.median(values));
        }

        private List<Double> values(List<Summary> runs) {
            return runs.stream()
                    .flatMap(run -> what.apply(run).stream().boxed())
                    .toList();
        }

        String medianText(List<Summary> runs) {
            return Percentiles.text(median(runs), digits);
        }

        String rangeText(List<Summary> runs) {
            List<Double> values = values(runs);
            return values.size() < runs.size()
                    ? Percentiles.UNKNOWN
                    : text(Collections.min(values)) + ".." + text(Collections.max(values));
        }

        private String text(double value) {
            return Percentiles.text(OptionalDouble.of(value), digits);
        }
    }

    Medians(PrintWriter out) {
        this.out = out;
    }

    void print(List<Trial.Result> results) {
        Map<Scenario, Map<String, List<Summary>>> runs = results.stream()
                .collect(Collectors.groupingBy(
                        Trial.Result::scenario,
                        LinkedHashMap::new,
                        Collectors.groupingBy(
                                Trial.Result::target,
                                LinkedHashMap::new,
                                Collectors.mapping(Trial.Result::summary, Collectors.toList()))));
        line("", "");
        line("medians", "runs", COLUMNS.stream().map(Column::name).toArray());
        runs.forEach((scenario, byTarget) -> byTarget.forEach((target, own) -> lines(scenario + " on " + target, own)));
        runs.forEach(this::compare);
        out.flush();
    }

    private void lines(String name, List<Summary> runs) {
        line(
                name,
                Integer.toString(runs.size()),
                COLUMNS.stream().map(column -> column.medianText(runs)).toArray());
        if (runs.size() > 1) {
            line(
                    "  range",
                    "",
                    COLUMNS.stream().map(column -> column.rangeText(runs)).toArray());
        }
    }

    /** Only the same traffic is compared. */
    private void compare(Scenario scenario, Map<String, List<Summary>> byTarget) {
        List<String> targets = List.copyOf(byTarget.keySet());
        List<Summary> first = byTarget.get(targets.get(0));
        for (String other : targets.subList(1, targets.size())) {
            out.printf(
                    "  %s, %s / %s: goodput x %s, first p99 x %s%n",
                    scenario,
                    targets.get(0),
                    other,
                    ratio(GOODPUT, first, byTarget.get(other)),
                    ratio(FIRST_P99, first, byTarget.get(other)));
        }
    }

    private static String ratio(Column column, List<Summary> one, List<Summary> other) {
        double ratio =
                column.median(one).orElse(Double.NaN) / column.median(other).orElse(Double.NaN);
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : Percentiles.UNKNOWN;
    }

    private void line(String name, String runs, Object... cells) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-22s %4s", name, runs));
        for (Object cell : cells) {
            line.append(String.format(Locale.ROOT, " %12s", cell));
        }
        out.println(line.toString().stripTrailing());
    }
}
