package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jobs among the manifests: what they hold has to fit together, and their pods may nothing that they need not. */
class JobsTest {
    private static final Path HOME = Manifests.HOME.resolve("jobs");

    static List<Path> jobs() {
        return Manifests.files().stream()
                .filter(file -> Manifests.kind(file).equals("Job"))
                .toList();
    }

    static Stream<Path> indexed() {
        return jobs().stream()
                .filter(file -> "Indexed".equals(job(file).getSpec().getCompletionMode()));
    }

    @ParameterizedTest
    @MethodSource("indexed")
    void everyShardIsAnIndexOfTheJob(Path file) {
        Job job = job(file);
        int completions = job.getSpec().getCompletions();

        assertThat(job.getSpec().getParallelism()).isEqualTo(completions);
        List<String> args = container(job).getArgs();
        assertThat(args.get(args.indexOf("--shard") + 1)).isEqualTo("$(JOB_COMPLETION_INDEX)/" + completions);
    }

    @Test
    void whatIsJoinedIsWhatTheShardsLeave() {
        assertThat(merged("evaluate-merge.yaml"))
                .containsExactlyElementsOf(shards("/scores/statistics-%d-of-%d.safetensors", "evaluate.yaml"));
        assertThat(merged("likelihood-merge.yaml"))
                .containsExactlyElementsOf(shards("/scores/likelihood-%d-of-%d.jsonl", "likelihood.yaml"));
    }

    private static List<String> shards(String name, String file) {
        int completions = job(HOME.resolve(file)).getSpec().getCompletions();
        return IntStream.range(0, completions)
                .mapToObj(index -> name.formatted(index, completions))
                .toList();
    }

    private static List<String> merged(String file) {
        List<String> args = container(job(HOME.resolve("merge").resolve(file))).getArgs();
        return args.subList(args.indexOf("--merge") + 1, args.size());
    }

    /** By default kubectl gives up after half a minute, long before the jobs' end. */
    @Test
    void theMergeTellsHowToWaitForAsLongAsTheJobsTake() {
        assertThat(HOME.resolve("merge/kustomization.yaml"))
                .content()
                .contains("kubectl wait -n glimpse --for=condition=complete --timeout=-1s job --all");
    }

    /** Whoever applies the jobs has filled the claim with the data set, or a job fails at once. */
    @Test
    void claimsAreThereBeforeTheJobs() {
        List<String> applied =
                ((ForeignKinds.Kustomization) Manifests.read(HOME.resolve("kustomization.yaml"))).resources();

        assertThat(applied)
                .isNotEmpty()
                .extracting(file -> Manifests.kind(HOME.resolve(file)))
                .containsOnly("Job", "NetworkPolicy");
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void everyVolumeExistsAndEveryPathIsMounted(Path file) {
        PodSpec pod = pod(job(file));
        Container container = container(job(file));
        Set<String> claims = ((KubernetesList) Manifests.read(HOME.resolve("claims/claims.yaml")))
                .getItems().stream()
                        .map(HasMetadata::getMetadata)
                        .map(meta -> meta.getName())
                        .collect(Collectors.toSet());

        assertThat(pod.getVolumes().stream()
                        .map(Volume::getPersistentVolumeClaim)
                        .filter(claim -> claim != null))
                .isNotEmpty()
                .allSatisfy(claim -> assertThat(claims).contains(claim.getClaimName()));
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        pod.getVolumes().stream().map(Volume::getName).toList());
        List<String> mounts = container.getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();
        assertThat(container.getArgs().stream().filter(arg -> arg.startsWith("/")))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(mounts).anyMatch(path::startsWith));
    }

    /** The image is built for no other processor. */
    @ParameterizedTest
    @MethodSource("jobs")
    void podsRunWhereTheImageDoes(Path file) {
        assertThat(pod(job(file)).getNodeSelector()).containsEntry("kubernetes.io/arch", "amd64");
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void podsMayNothingThatTheyNeedNot(Path file) {
        PodSpec pod = pod(job(file));
        Container container = container(job(file));

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        NetworkPolicy policy = (NetworkPolicy) Manifests.read(HOME.resolve("network-policy.yaml"));
        assertThat(job(file).getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels());
        assertThat(policy.getSpec().getEgress()).isEmpty();
        assertThat(policy.getSpec().getIngress()).isEmpty();
    }

    private static Job job(Path file) {
        return (Job) Manifests.read(file);
    }

    private static PodSpec pod(Job job) {
        return job.getSpec().getTemplate().getSpec();
    }

    private static Container container(Job job) {
        return pod(job).getContainers().get(0);
    }
}
