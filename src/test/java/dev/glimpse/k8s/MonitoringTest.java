package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.glimpse.observability.Metric;
import dev.glimpse.testing.Promtool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts, dashboard and scalers, held to what a server tells and to what Prometheus understands. */
class MonitoringTest {
    private static final Path HOME = Manifests.HOME.resolve("monitoring");
    private static final Path CASES = Path.of("src/test/resources/k8s/alerts-test.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Scalers SCALERS = new Scalers();
    private static final Pattern SERIES = Pattern.compile("\\bglimpse_[a-z0-9_]+");
    private static final Pattern SELECTED = Pattern.compile("\\b(glimpse_[a-z0-9_]+)\\\\?\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)");
    /** What Prometheus adds to every series of a pod, and to those of a histogram's buckets. */
    private static final Set<String> ADDED = Set.of("namespace", "pod", "le");

    private final Map<String, Set<String>> labels = Stream.of(Metric.values())
            .flatMap(metric -> metric.series().stream().map(series -> Map.entry(series, Set.copyOf(metric.labels()))))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    private final ForeignKinds.PrometheusRule rule =
            (ForeignKinds.PrometheusRule) Manifests.read(HOME.resolve("prometheus-rule.yaml"));

    @Test
    void everyMetricThatIsNamedIsInTheCatalogOrMadeByTheAdapter() throws IOException {
        Set<String> known =
                Stream.of(Metric.values()).flatMap(m -> m.series().stream()).collect(Collectors.toSet());
        known.addAll(SCALERS.adapted().keySet());
        Map<String, Path> named = new HashMap<>();
        for (Path file : files()) {
            Matcher matcher = SERIES.matcher(Files.readString(file));
            while (matcher.find()) {
                named.put(matcher.group(), file);
            }
        }

        assertThat(named).isNotEmpty();
        assertThat(named.keySet()).isSubsetOf(known);
    }

    @Test
    void everyLabelThatIsAskedForIsTheMetricsOwn() throws IOException {
        Set<String> strange = new TreeSet<>();
        for (Path file : files()) {
            Matcher selector = SELECTED.matcher(Files.readString(file));
            while (selector.find()) {
                Matcher label = LABEL.matcher(selector.group(2));
                while (label.find()) {
                    if (!has(selector.group(1), label.group(1))) {
                        strange.add(file + ": " + selector.group());
                    }
                }
            }
        }

        assertThat(strange).isEmpty();
    }

    @Test
    void everyLabelThatIsGroupedByIsTheMetricsOwn() throws IOException {
        Set<String> strange = new TreeSet<>();
        int seen = 0;
        for (Path file : files()) {
            // The adapter groups by pod, or by namespace and pod.
            for (Grouping grouping : Grouping.in(Files.readString(file).replace("<<.GroupBy>>", "pod"))) {
                Matcher series = SERIES.matcher(grouping.operand().replace("<<.Series>>", "glimpse_ready"));
                for (seen++; series.find(); ) {
                    grouping.labels().stream()
                            .filter(label -> !has(series.group(), label))
                            .forEach(label -> strange.add(file + ": " + series.group() + " by " + label));
                }
            }
        }

        assertThat(seen).isPositive();
        assertThat(strange).isEmpty();
    }

    @Test
    void everyLabelThatATextQuotesIsLeftByItsQuery() throws IOException {
        Set<String> strange = new TreeSet<>();
        for (JsonNode target : new ObjectMapper()
                .readTree(HOME.resolve("dashboard.json").toFile()).findValues("targets").stream()
                        .flatMap(targets -> targets.valueStream())
                        .toList()) {
            String expr = target.get("expr").asText();
            quoted(target.get("legendFormat").asText(), "\\{\\{\\s*(\\w+)\\s*}}")
                    .filter(label -> !kept(expr).contains(label))
                    .forEach(label -> strange.add(expr + ": " + label));
        }
        rules().filter(rule -> rule.alert() != null)
                .forEach(rule -> quoted(String.join("\n", rule.annotations().values()), "\\$labels\\.(\\w+)")
                        .filter(label -> !kept(rule.expr()).contains(label))
                        .forEach(label -> strange.add(rule.alert() + ": " + label)));

        assertThat(strange).isEmpty();
    }

    private static Stream<String> quoted(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1));
    }

    /** The labels that a query's answer has: those of its outermost aggregation. */
    private static List<String> kept(String query) {
        return Grouping.in(query).stream().findFirst().map(Grouping::labels).orElse(List.of());
    }

    private boolean has(String series, String label) {
        return ADDED.contains(label) || labels.getOrDefault(series, Set.of()).contains(label);
    }

    @Test
    void theDashboardShowsEveryMetric() throws IOException {
        String dashboard = Files.readString(HOME.resolve("dashboard.json"));

        assertThat(Metric.values())
                .allSatisfy(metric -> assertThat(dashboard)
                        .containsAnyOf(metric.series().stream()
                                .map(series -> series + "{")
                                .toArray(String[]::new)));
    }

    /** Each with its target as a line. */
    @Test
    void theDashboardShowsWhatTheAutoscalerScalesOn() throws IOException {
        Map<String, Double> shown = new HashMap<>();
        for (JsonNode panel : new ObjectMapper()
                .readTree(HOME.resolve("dashboard.json").toFile())
                .get("panels")) {
            JsonNode line = panel.at("/fieldConfig/defaults/thresholds/steps/1/value");
            panel.get("targets").forEach(target -> shown.put(target.get("expr").asText(), line.asDouble()));
        }

        SCALERS.adapted()
                .forEach((metric, rule) -> assertThat(shown)
                        .containsEntry(
                                rule.query("namespace=~\"$namespace\"").replaceAll("\\s+", " "),
                                SCALERS.targets().get(metric)));
    }

    @Test
    void theRecordedSeriesThatAreNamedAreRecorded() throws IOException {
        Set<String> recorded = rules().map(ForeignKinds.Rule::record)
                .filter(name -> name != null)
                .collect(Collectors.toSet());
        Set<String> named = new HashSet<>();
        for (Path file : files()) {
            Matcher matcher = Pattern.compile("glimpse:[a-z0-9_:]+").matcher(Files.readString(file));
            while (matcher.find()) {
                named.add(matcher.group());
            }
        }

        assertThat(named).isEqualTo(recorded);
    }

    @Test
    void prometheusUnderstandsTheRulesAndRaisesTheAlertsThatItShould(@TempDir Path directory) throws Exception {
        JsonNode spec =
                YAML.readTree(HOME.resolve("prometheus-rule.yaml").toFile()).get("spec");
        YAML.writeValue(directory.resolve("rules.yaml").toFile(), spec);
        Files.copy(CASES, directory.resolve("cases.yaml"));

        Promtool.check(directory, "", "check", "rules", "rules.yaml");
        Promtool.check(directory, "", "test", "rules", "cases.yaml");
    }

    @Test
    void everyAlertIsTriedOut() throws IOException {
        String cases = Files.readString(CASES);
        List<String> alerts = rules().map(ForeignKinds.Rule::alert)
                .filter(name -> name != null)
                .toList();

        assertThat(alerts).isNotEmpty();
        assertThat(alerts).allSatisfy(alert -> assertThat(cases).contains("alertname: " + alert + "\n"));
    }

    /** It names several together where they mean the same. */
    @Test
    void theRunBookSaysOfEveryAlertWhatToDo() throws IOException {
        String page = Files.readString(Path.of("README.md"))
                .split("\n### When an alert fires\n")[1]
                .split("\n#")[0];

        List<String> named = Pattern.compile("^- \\*\\*([^*]+)\\*\\*:", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .flatMap(entry -> Stream.of(entry.group(1).split(", ")))
                .toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(rules().map(ForeignKinds.Rule::alert)
                        .filter(name -> name != null)
                        .toList());
    }

    private Stream<ForeignKinds.Rule> rules() {
        return rule.spec().groups().stream().flatMap(group -> group.rules().stream());
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Manifests.HOME)) {
            all.filter(file -> file.toString().matches(".*\\.(yaml|json)")).forEach(files::add);
        }
        return files;
    }
}
