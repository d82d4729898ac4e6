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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
    void aServerTakesTheArgumentsOfTheContainerAndAsksForKeys(@TempDir Path directory)
            throws IOException, InterruptedException {
        Program made = Program.start(directory, "key", "alice");
        assertThat(made.status()).isZero();
        String secret = made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        Path keys = Files.writeString(directory.resolve("keys.yaml"), made.out());
        Path resumeKeys = Files.writeString(
                directory.resolve("resume-keys.txt"), Base64.getEncoder().encodeToString(new byte[32]));
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
                Map.of(
                        "GLIMPSE_SERVER_PORT",
                        "0",
                        "GLIMPSE_SERVER_ADMIN_PORT",
                        "0",
                        "GLIMPSE_ACCESS_KEYS_FILE",
                        keys.toString(),
                        "GLIMPSE_RESUME_KEYS_FILE",
                        resumeKeys.toString()),
                args)) {
            int port = server.port();
            server.awaitOutput("^(ready) ");
            assertThat(status(port, "/v1/models")).isEqualTo(401);
            assertThat(status(port, "/v1/models", "authorization", "Bearer " + secret))
                    .isEqualTo(200);
        }
    }

    private static int status(int port, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
