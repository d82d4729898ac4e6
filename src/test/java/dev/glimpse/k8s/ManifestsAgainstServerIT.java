package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifests ask of a server, asked of a real one. */
class ManifestsAgainstServerIT {
    private final Container container = Manifests.base("deployment.yaml", Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);

    @Test
    void aReadyServerAnswersEveryProbe(@TempDir Path directory) throws IOException, InterruptedException {
        try (Program server = Program.server(directory)) {
            int admin = Integer.parseInt(server.awaitOutput("^admin .*:(\\d+)/"));
            for (Probe probe :
                    List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())) {
                assertThat(status(admin, probe.getHttpGet().getPath())).isEqualTo(200);
            }
        }
    }

    @Test
    void aServerTakesTheArgumentsOfTheContainer(@TempDir Path directory) throws IOException, InterruptedException {
        String[] args = container.getArgs().stream()
                .map(arg -> arg.equals("/etc/glimpse/glimpse.yaml")
                        ? Manifests.HOME
                                .resolve("base/glimpse.yaml")
                                .toAbsolutePath()
                                .toString()
                        : arg)
                .toArray(String[]::new);

        try (Program server = Program.start(
                directory,
                Program.launcher(),
                Map.of("GLIMPSE_SERVER_PORT", "0", "GLIMPSE_SERVER_ADMIN_PORT", "0"),
                args)) {
            assertThat(server.awaitOutput("^(ready) ")).isEqualTo("ready");
        }
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
