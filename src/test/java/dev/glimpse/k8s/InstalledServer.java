package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** A real server with the arguments of a container and with the keys that its Secret would hold. */
final class InstalledServer implements AutoCloseable {
    private static final String SETTINGS = "/etc/glimpse/glimpse.yaml";

    private final Program program;
    private final String secret;

    private InstalledServer(Program program, String secret) {
        this.program = program;
        this.secret = secret;
    }

    /**
     * Starts it, and waits until it is ready.
     *
     * @param directory for what its Secret would hold
     * @param settings what its ConfigMap would bring to where its arguments say
     */
    static InstalledServer start(Path directory, Container container, Path settings)
            throws IOException, InterruptedException {
        Program made = Program.start(directory, "key", "alice");
        assertThat(made.status()).isZero();
        Path keys = Files.writeString(directory.resolve("keys.yaml"), made.out());
        Path resumeKeys = Files.writeString(
                directory.resolve("resume-keys.txt"), Base64.getEncoder().encodeToString(new byte[32]));
        String[] args = container.getArgs().stream()
                .map(arg -> arg.equals(SETTINGS) ? settings.toAbsolutePath().toString() : arg)
                .toArray(String[]::new);
        Map<String, String> environment = Map.of(
                "GLIMPSE_SERVER_PORT",
                "0",
                "GLIMPSE_SERVER_ADMIN_PORT",
                "0",
                "GLIMPSE_ACCESS_KEYS_FILE",
                keys.toString(),
                "GLIMPSE_RESUME_KEYS_FILE",
                resumeKeys.toString());
        Program server = Program.start(directory, Program.launcher(), environment, args);
        try {
            server.awaitOutput("^(ready) ");
        } catch (InterruptedException | AssertionError e) {
            server.close();
            throw e;
        }
        return new InstalledServer(
                server, made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", ""));
    }

    /** Its port of a name, as the manifests call them. */
    private int port(String name) throws InterruptedException {
        return name.equals("admin") ? Integer.parseInt(program.awaitOutput("^admin .*:(\\d+)/")) : program.port();
    }

    /** The status of a path, asked for without a key. */
    int status(String port, String path) throws IOException, InterruptedException {
        return status(port(port), path);
    }

    /** The status of a path of the public port, asked for with the key. */
    int statusForAlice(String path) throws IOException, InterruptedException {
        return status(program.port(), path, "authorization", "Bearer " + secret);
    }

    /** The status of a path of any server on this machine. */
    static int status(int port, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Override
    public void close() {
        program.close();
    }
}
