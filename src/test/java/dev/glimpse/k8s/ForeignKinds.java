package dev.glimpse.k8s;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** What manifests of the Prometheus operator, KEDA and kustomize hold here; any other field is refused. */
final class ForeignKinds {
    private ForeignKinds() {}

    record Meta(@JsonProperty(required = true) String name, String namespace, Map<String, String> labels) {}

    record Selector(@JsonProperty(required = true) Map<String, String> matchLabels) {}

    record ServiceMonitor(String apiVersion, String kind, Meta metadata, ServiceMonitorSpec spec) {}

    record ServiceMonitorSpec(Selector selector, List<Endpoint> endpoints) {}

    record PodMonitor(String apiVersion, String kind, Meta metadata, PodMonitorSpec spec) {}

    record PodMonitorSpec(Selector selector, List<Endpoint> podMetricsEndpoints) {}

    record Endpoint(String port, String path, String interval) {}

    record PrometheusRule(String apiVersion, String kind, Meta metadata, RuleGroups spec) {}

    record RuleGroups(List<RuleGroup> groups) {}

    record RuleGroup(String name, String interval, List<Rule> rules) {}

    record Rule(
            String record,
            String alert,
            String expr,
            @JsonProperty("for") String lasting,
            Map<String, String> labels,
            Map<String, String> annotations) {}

    record ScaledObject(String apiVersion, String kind, Meta metadata, ScaledObjectSpec spec) {}

    record ScaledObjectSpec(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int pollingInterval,
            int cooldownPeriod,
            List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Trigger(String type, String metricType, Map<String, String> metadata) {}

    record Kustomization(
            String apiVersion,
            String kind,
            String namespace,
            List<Labels> labels,
            List<String> resources,
            List<String> components,
            List<Patch> patches,
            List<Generator> configMapGenerator,
            List<Image> images) {}

    record Labels(Map<String, String> pairs, boolean includeTemplates, boolean includeSelectors) {}

    record Patch(String path, String patch) {}

    record Generator(String name, List<String> files, GeneratorOptions options) {}

    record GeneratorOptions(Map<String, String> labels, boolean disableNameSuffixHash) {}

    record Image(String name, String newName, String newTag) {}
}
