package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How Prometheus finds the servers, and what it calls those that do not answer. */
class ScrapesTest {
    private static final Path MONITORING = Manifests.HOME.resolve("monitoring");

    private final Service pods = Manifests.base("service-headless.yaml", Service.class);

    @Test
    void prometheusFindsThePods() {
        ForeignKinds.ServiceMonitor monitor =
                (ForeignKinds.ServiceMonitor) Manifests.read(MONITORING.resolve("service-monitor.yaml"));

        assertThat(pods.getMetadata().getLabels())
                .containsAllEntriesOf(monitor.spec().selector().matchLabels());
        assertThat(pods.getSpec().getPorts())
                .extracting(ServicePort::getName)
                .contains(monitor.spec().endpoints().get(0).port());
    }

    /** A server that starts again and again has no series of its own, but its job's; the operator names a job so. */
    @Test
    void theAlertForServersThatAreNotReadyKnowsTheJobsOfBothMonitors() {
        ForeignKinds.PrometheusRule rules =
                (ForeignKinds.PrometheusRule) Manifests.read(MONITORING.resolve("prometheus-rule.yaml"));
        String expr = rules.spec().groups().stream()
                .flatMap(group -> group.rules().stream())
                .filter(rule -> "GlimpseNotReady".equals(rule.alert()))
                .map(ForeignKinds.Rule::expr)
                .findFirst()
                .orElseThrow();
        ForeignKinds.PodMonitor kserve =
                (ForeignKinds.PodMonitor) Manifests.read(Manifests.HOME.resolve("overlays/kserve/pod-monitor.yaml"));

        Matcher jobs = Pattern.compile("up\\{job=~\"([^\"]+)\"}").matcher(expr);

        assertThat(jobs.find()).isTrue();
        assertThat(pods.getMetadata().getName()).matches(jobs.group(1));
        assertThat("glimpse/" + kserve.metadata().name()).matches(jobs.group(1));
        assertThat("node-exporter").doesNotMatch(jobs.group(1));
    }
}
