package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** W8 against two servers behind a real proxy: one of them drains in the middle, without any grace. */
class DrainIT {
    private static final int STEPS = 64;
    private static final int REQUESTS = 15;
    /** Less than half of what a request takes, so that each of the two servers always has one under way. */
    private static final long EVERY_MICROS = 200_000;

    @TempDir
    private Path directory;

    private final List<Command> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(Command::close);
    }

    @Test
    void noStreamIsLostWhenAServerDrains() throws Exception {
        List<Integer> ports = freePorts(4);
        Command draining = serve(ports.get(0), ports.get(1));
        Command staying = serve(ports.get(2), ports.get(3));
        draining.await("^(ready) ");
        staying.await("^(ready) ");
        Path arrivals = directory.resolve("arrivals.csv");
        ArrivalFile.write(
                IntStream.range(0, REQUESTS)
                        .mapToObj(i -> Arrival.plain(i * EVERY_MICROS, STEPS, Preview.FREE))
                        .toList(),
                arrivals);

        Command run = started(Command.loadtest(
                directory,
                "W8",
                "--target",
                "127.0.0.1:" + proxy(ports),
                "--pid",
                Long.toString(draining.pid()),
                "--arrivals",
                arrivals.toString(),
                "--capacity",
                "100",
                "--warm-up",
                "0",
                "--timeout",
                "60",
                "--json"));

        assertThat(run.status()).as(run.out()).isZero();
        JsonObject report = JsonParser.parseString(run.out())
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject();
        assertThat(draining.status()).isZero();
        assertThat(report.get("finished").getAsInt()).as(run.out()).isEqualTo(REQUESTS);
        assertThat(report.get("dropped").getAsInt()).isZero();
        assertThat(report.get("resumed").getAsInt()).isPositive();
    }

    private Command serve(int port, int adminPort) throws IOException {
        Path keys = directory.resolve("keys.txt");
        Files.writeString(keys, Base64.getEncoder().encodeToString(new byte[32]));
        return started(Command.glimpse(
                directory,
                "serve",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(adminPort),
                "--workers",
                "1",
                "--set",
                // The proxy asks for others.
                "access.anonymous=always",
                "--set",
                "resume.keys-file=" + keys,
                "--set",
                // On a slow machine the one that stays has more to do than can be done in time, and would refuse some.
                "policies.overload=false",
                "--set",
                "server.shutdown-grace=0s"));
    }

    /** Starts the proxy before both servers; the port it listens on. */
    private int proxy(List<Integer> ports) throws Exception {
        String endpoint = "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}},"
                + " health_check_config: {port_value: %d}}}";
        String endpoints =
                endpoint.formatted(ports.get(0), ports.get(1)) + ", " + endpoint.formatted(ports.get(2), ports.get(3));
        Path config = directory.resolve("envoy.yaml");
        Files.writeString(
                config,
                Files.readString(Command.repository().resolve("src/test/resources/fleet/envoy.yaml"))
                        .replace("ENDPOINTS", endpoints));
        Command envoy = started(Command.envoy(
                directory, "--config-path", config.toString(), "--use-dynamic-base-id", "--concurrency", "1"));
        String admin = envoy.await("admin address: (\\S+)$");
        // It begins when both servers have answered their first probe.
        envoy.await("(starting workers)");
        String listeners = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + admin + "/listeners"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return Integer.parseInt(listeners.strip().replaceAll(".*:", ""));
    }

    private Command started(Command command) {
        running.add(command);
        return command;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                taken.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return taken.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }
}
