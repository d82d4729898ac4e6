package dev.glimpse.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the autoscalers look at: queries to Prometheus, and what pods should have of each on average. */
final class Scalers {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A rule of the Prometheus adapter, for pods. */
    record Rule(String seriesQuery, String matches, String template) {
        /** The query that the adapter makes of it for all pods. */
        String query() {
            return query("namespace=\"glimpse\",pod=~\".+\"");
        }

        /** The same for pods that match. */
        String query(String matchers) {
            return template.replace("<<.Series>>", seriesQuery.replaceFirst("\\{.*", ""))
                    .replace("<<.GroupBy>>", "pod")
                    .replace("<<.LabelMatchers>>", matchers);
        }
    }

    /** The adapter's rules by the metrics that they make. */
    Map<String, Rule> adapted() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (JsonNode rule : adapter().get("rules")) {
            JsonNode name = rule.get("name");
            rules.put(
                    name.get("as").asText(),
                    new Rule(
                            rule.get("seriesQuery").asText(),
                            name.get("matches").asText(),
                            rule.get("metricsQuery").asText()));
        }
        return rules;
    }

    private static JsonNode adapter() {
        try {
            return YAML.readTree(
                    Manifests.HOME.resolve("monitoring/adapter.yaml").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Targets of the HorizontalPodAutoscaler by the metrics' names. */
    Map<String, Double> targets() {
        Map<String, Double> targets = new LinkedHashMap<>();
        Manifests.base("horizontal-pod-autoscaler.yaml", HorizontalPodAutoscaler.class)
                .getSpec()
                .getMetrics()
                .forEach(metric -> targets.put(
                        metric.getPods().getMetric().getName(),
                        metric.getPods()
                                .getTarget()
                                .getAverageValue()
                                .getNumericalAmount()
                                .doubleValue()));
        return targets;
    }

    /** What KEDA asks Prometheus for, and its thresholds. */
    List<Map<String, String>> triggers() {
        return ((ForeignKinds.ScaledObject)
                        Manifests.read(Manifests.HOME.resolve("components/keda/scaled-object.yaml")))
                .spec().triggers().stream().map(ForeignKinds.Trigger::metadata).toList();
    }
}
