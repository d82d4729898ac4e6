package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.testing.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image, taken apart into its layers and started from them as a container runtime would. */
class ImageIT {
    /** What a runtime does: own mounts, a root that cannot be written, a /tmp that can, and the image's user. */
    private static final String RUNTIME = """
            #!/bin/sh
            set -eu
            [ "$(id -u)" -eq 0 ] && alone='unshare --mount' user=--userspec=%s || alone='unshare --mount --map-root-user' user=
            exec $alone /bin/sh -c '
              mount --bind "$0" "$0" && mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev"
              mount -o remount,bind,ro "$0" && mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
              user=$1 && shift && exec chroot $user "$0" "$@"' %s "$user" %s "$@"
            """;

    @TempDir
    private static Path directory;

    private static Path root;
    private static JsonObject config;

    @BeforeAll
    static void takeApart() throws IOException, InterruptedException {
        Path image = Files.createDirectory(directory.resolve("image"));
        unpack(Path.of("target/glimpse-image.tar"), image);
        JsonObject manifest =
                json(image.resolve("manifest.json")).getAsJsonArray().get(0).getAsJsonObject();
        config = json(image.resolve(manifest.get("Config").getAsString()))
                .getAsJsonObject()
                .getAsJsonObject("config");
        root = Files.createDirectory(directory.resolve("root"));
        for (JsonElement layer : manifest.getAsJsonArray("Layers")) {
            unpack(image.resolve(layer.getAsString()), root);
        }
    }

    @Test
    void servesFromARootThatCannotBeWritten() throws IOException, InterruptedException {
        JsonArray usual = config.getAsJsonArray("Cmd");
        try (Program server = start(usual, "--set", "server.port=0", "--set", "server.admin-port=0")) {
            int port = Integer.parseInt(server.awaitOutput("^page .*:(\\d+)/$"));
            server.awaitOutput("^(ready) ");

            HttpResponse<String> models = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/models"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(models.statusCode()).isEqualTo(200);
            assertThat(models.body()).contains("fashion-mnist");
            assertThat(statusForSomebodyElse(port)).isEqualTo(401);
            server.signal("TERM");
            assertThat(server.status()).isZero();
            assertThat(server.err()).doesNotContain("Picked up");
        }
    }

    /** As jobs do that join shards, whose reports have plots; fonts are the image's own. */
    @Test
    void drawsThePlotsOfAnEvaluation() throws IOException, InterruptedException {
        Path data = Files.createDirectory(root.resolve("data"));
        TinyData.write(data, "train", 20, 10, 28);
        String[] args = {"--data=/data", "--out=/tmp/scores", "--count=2", "--steps=1", "--neighbours=0"};
        JsonArray evaluate = new JsonArray();
        evaluate.add("evaluate");
        try (Program evaluation = start(evaluate, args)) {
            assertThat(evaluation.status()).as(evaluation.err()).isZero();
            assertThat(evaluation.out()).contains("2 samples a setting against 20 pictures of /data");
            assertThat(evaluation.err()).doesNotContain("not drawn", "Fontconfig");
        }
    }

    /** Which are its launcher's, and which a person who runs it may change by what Java has for that. */
    @Test
    void javaHasItsOptionsAndTakesOthers() throws IOException, InterruptedException {
        ProcessBuilder java = new ProcessBuilder(
                        root.resolve("opt/java/bin/java").toString(), "-XX:+PrintFlagsFinal", "-version")
                .redirectErrorStream(true);
        java.environment().put("JDK_JAVA_OPTIONS", "-XX:MaxRAMPercentage=50");
        Process process = java.start();
        String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(flags)
                .containsPattern(" MaxDirectMemorySize +=\\s268435456 ")
                .containsPattern(" MaxRAMPercentage +=\\s50\\.0");
    }

    @Test
    void takesItsClassesFromTheArchiveAndSaysNothingWhereItCannot() throws IOException, InterruptedException {
        JsonArray usual = config.getAsJsonArray("Cmd");
        String classes = "-Xlog:class+load:stdout:none";
        try (Program server = start(Map.of("JDK_JAVA_OPTIONS", classes), usual, "--help")) {
            assertThat(server.status()).isZero();
            assertThat(server.out()).contains("dev.glimpse.cli.Main source: shared objects file (top)");
        }
        try (Program server = start(Map.of("JDK_JAVA_OPTIONS", "-XX:+UseZGC"), usual, "--help")) {
            assertThat(server.status()).isZero();
            assertThat(server.out()).startsWith("Usage: ");
        }
    }

    /** A request that a proxy on this machine passes on for a client elsewhere. */
    private static int statusForSomebodyElse(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/models"))
                                .header("x-forwarded-for", "192.0.2.1")
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void bothVariantsHaveTheSameSettings() throws IOException {
        String containerfile = Files.readString(Path.of("k8s/image/Containerfile"));
        List<String> environment = config.getAsJsonArray("Env").asList().stream()
                .map(JsonElement::getAsString)
                .filter(variable -> !variable.startsWith("DJL_CACHE_DIR="))
                .toList();

        assertThat(environment)
                .contains("LANG=C.UTF-8")
                .allSatisfy(variable -> assertThat(containerfile).contains(variable));
        assertThat(containerfile)
                .doesNotContain("GLIMPSE_ACCESS")
                .contains("USER " + config.get("User").getAsString());
    }

    @Test
    void runsAsAUserOfNoRights() {
        assertThat(config.get("User").getAsString()).isEqualTo("65532:65532");
    }

    @Test
    void holdsNoShell() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("java", "glimpse.jar")
                    .doesNotContain("sh", "bash", "busybox");
        }
    }

    private static Program start(JsonArray command, String... args) throws IOException {
        return start(Map.of(), command, args);
    }

    private static Program start(Map<String, String> more, JsonArray command, String... args) throws IOException {
        Path runtime = directory.resolve("runtime");
        Files.writeString(
                runtime,
                RUNTIME.formatted(
                        config.get("User").getAsString(),
                        root,
                        String.join(" ", quoted(config.getAsJsonArray("Entrypoint"), command))));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> environment = new HashMap<>(more);
        for (JsonElement variable : config.getAsJsonArray("Env")) {
            String[] parts = variable.getAsString().split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return Program.start(directory, runtime, environment, args);
    }

    private static List<String> quoted(JsonArray... words) {
        return Stream.of(words)
                .flatMap(list -> list.asList().stream())
                .map(word -> "'" + word.getAsString() + "'")
                .toList();
    }

    private static JsonElement json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file));
    }

    private static void unpack(Path archive, Path directory) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-xf", archive.toAbsolutePath().toString(), "-C", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(tar.waitFor()).as("unpacking " + archive).isZero();
    }
}
