package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What KServe and its clients ask of a server, asked of a real one with the settings of the overlay. */
class KserveAgainstServerIT {
    @Test
    void aReadyServerAnswersEveryProbeAndServesTheModelThatTheServiceIsNamedAfter(@TempDir Path directory)
            throws Exception {
        Program made = Program.start(directory, "key", "alice");
        assertThat(made.status()).isZero();
        String secret = made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        Path keys = Files.writeString(directory.resolve("keys.yaml"), made.out());
        Path resumeKeys = Files.writeString(
                directory.resolve("resume-keys.txt"), Base64.getEncoder().encodeToString(new byte[32]));
        String[] args = KserveTest.runtime().spec().containers().get(0).getArgs().stream()
                .map(arg -> arg.equals("/etc/glimpse/glimpse.yaml")
                        ? KserveTest.HOME
                                .resolve("glimpse.yaml")
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
            server.awaitOutput("^(ready) ");
            Map<String, Integer> ports =
                    Map.of("h2c", server.port(), "admin", Integer.parseInt(server.awaitOutput("^admin .*:(\\d+)/")));
            for (Probe probe : KserveTest.probes()) {
                int port = ports.get(probe.getHttpGet().getPort().getStrVal());
                assertThat(status(port, probe.getHttpGet().getPath()))
                        .as(probe.getHttpGet().getPath())
                        .isEqualTo(200);
            }
            String model = KserveTest.service().metadata().name();
            String ready = "/v2/models/" + model + "/ready";
            assertThat(status(server.port(), ready)).isEqualTo(401);
            assertThat(status(server.port(), ready, "authorization", "Bearer " + secret))
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
