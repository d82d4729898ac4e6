package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own whose models lie on a volume that takes its time: a pipe that nobody writes to. */
@Timeout(120)
class ServerReadingTest {
    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void whileTheModelsAreReadTheAdminPortSaysSoAndSigtermIsHeard() throws Exception {
        Path weights = TinyModel.write(directory.resolve("models/tiny/1")).resolve("model.safetensors");
        Files.delete(weights);
        assertThat(new ProcessBuilder("mkfifo", weights.toString()).start().waitFor())
                .isZero();
        int port = freePort();
        Path out = directory.resolve("out.txt");
        Process server = serve(port, out);
        try {
            HttpResponse<String> started = firstAnswer(server, port);
            assertThat(started.statusCode()).isEqualTo(503);
            assertThat(started.body()).contains("the models are being loaded");
            assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(port, "/metrics").body()).contains("glimpse_ready 0.0");

            server.destroy();

            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
            assertThat(Files.readString(out)).contains("SIGTERM: stopped before anybody was served");
        } finally {
            server.destroyForcibly();
        }
    }

    private Process serve(int port, Path out) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--models=" + directory.resolve("models"),
                        "--port=0",
                        "--admin-port=" + port,
                        "--workers=1")
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    /** What the process says whether it has started, as soon as it says anything. */
    private HttpResponse<String> firstAnswer(Process server, int port) throws Exception {
        while (true) {
            try {
                return get(port, "/startupz");
            } catch (ConnectException notYet) {
                boolean ended = server.waitFor(50, TimeUnit.MILLISECONDS);
                assertThat(ended)
                        .as(Files.readString(directory.resolve("err.txt")))
                        .isFalse();
            }
        }
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
