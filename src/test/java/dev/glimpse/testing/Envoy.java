package dev.glimpse.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Envoy in front of replicas on this machine, in a process of its own; closing it ends the process. */
public final class Envoy implements AutoCloseable {
    private static final Path PROGRAM = Path.of("src/test/tools/envoy").toAbsolutePath();
    private static final Path CONFIG = Path.of("src/test/resources/fleet/envoy.yaml");
    private static final long LIMIT_SECONDS = 120;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private String admin = "";

    private Envoy(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Where a replica is.
     *
     * @param port of its doors
     * @param adminPort of its probes
     */
    public record Replica(int port, int adminPort) {
        /** What the proxy's answers call it. */
        public String address() {
            return "127.0.0.1:" + port;
        }
    }

    /** Starts a proxy before these replicas. */
    public static Envoy before(Path directory, List<Replica> replicas) throws IOException, InterruptedException {
        String endpoints = replicas.stream()
                .map(replica -> "{endpoint: {address: %s, health_check_config: {port_value: %d}}}"
                        .formatted(address(replica.port()), replica.adminPort()))
                .collect(Collectors.joining(", "));
        Path config = directory.resolve("envoy.yaml");
        Files.writeString(config, Files.readString(CONFIG).replace("ENDPOINTS", endpoints));
        Path adminAddress = directory.resolve("envoy-admin.txt");
        Path log = directory.resolve("envoy.log");
        Envoy envoy = new Envoy(
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--config-path",
                                config.toString(),
                                "--admin-address-path",
                                adminAddress.toString(),
                                "--use-dynamic-base-id",
                                "--concurrency",
                                "1")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
        envoy.await("an admin address", () -> Files.exists(adminAddress) && Files.size(adminAddress) > 0);
        envoy.admin = "http://" + Files.readString(adminAddress).strip();
        envoy.awaitReady(replicas.size());
        return envoy;
    }

    private static String address(int port) {
        return "{socket_address: {address: 127.0.0.1, port_value: %d}}".formatted(port);
    }

    /** Waits until so many replicas get requests. */
    public void awaitReady(int replicas) throws IOException, InterruptedException {
        await(
                replicas + " ready replicas",
                () -> ask("/stats?filter=cluster.glimpse.membership_healthy").endsWith(": " + replicas));
    }

    /** Where clients ask. */
    public int port() throws IOException, InterruptedException {
        Matcher listener = Pattern.compile("^public::127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE)
                .matcher(ask("/listeners"));
        if (!listener.find()) {
            throw new AssertionError("no listener; it said: " + Files.readString(log));
        }
        return Integer.parseInt(listener.group(1));
    }

    private String ask(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(admin + path)).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    /** Whether something is so by now. */
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.holds()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
                throw new AssertionError("no " + what + "; it said: " + Files.readString(log));
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
