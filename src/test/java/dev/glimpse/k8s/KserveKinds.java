package dev.glimpse.k8s;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;

/** What manifests of KServe hold here; any other field is refused. */
final class KserveKinds {
    private KserveKinds() {}

    record Meta(
            @JsonProperty(required = true) String name, Map<String, String> labels, Map<String, String> annotations) {}

    record ServingRuntime(String apiVersion, String kind, Meta metadata, RuntimeSpec spec) {}

    record RuntimeSpec(
            List<Format> supportedModelFormats,
            Boolean multiModel,
            List<String> protocolVersions,
            Map<String, String> nodeSelector,
            List<Container> containers,
            List<Volume> volumes) {}

    record Format(@JsonProperty(required = true) String name, String version, Boolean autoSelect) {}

    record InferenceService(String apiVersion, String kind, Meta metadata, ServiceSpec spec) {}

    record ServiceSpec(@JsonProperty(required = true) Predictor predictor) {}

    record Predictor(
            Boolean automountServiceAccountToken,
            Long terminationGracePeriodSeconds,
            PodSecurityContext securityContext,
            List<TopologySpreadConstraint> topologySpreadConstraints,
            Integer minReplicas,
            Integer maxReplicas,
            Model model) {}

    record Model(@JsonProperty(required = true) Format modelFormat, String runtime, String protocolVersion) {}
}
