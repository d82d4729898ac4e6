package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a server in a process of its own, as a collector reads it. */
@Timeout(180)
class JsonLogTest {
    @TempDir
    Path directory;

    /** A library writes its lines in its own way, unless somebody takes them. */
    @Test
    void everyLineIsAnObjectWhileTheCollectorOfTracesIsAway() throws Exception {
        TinyModel.write(directory.resolve("models/tiny/1"));
        Path err = directory.resolve("err.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--models=" + directory.resolve("models"),
                        "--port=0",
                        "--admin-port=0",
                        "--workers=1",
                        "--set=log.format=json",
                        "--set=log.level=info",
                        "--set=traces.share=1",
                        "--set=traces.endpoint=http://127.0.0.1:" + closedPort() + "/v1/traces")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start();
        try {
            JsonObject ready = await(
                    process,
                    err,
                    line -> line.get("formattedMessage").getAsString().equals("ready"));
            ask(ready.getAsJsonObject("fields").get("port").getAsInt());
            JsonObject failed = await(
                    process, err, line -> line.get("loggerName").getAsString().startsWith("io.opentelemetry"));
            assertThat(failed.get("level").getAsString()).isIn("WARN", "ERROR");
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(err)).allSatisfy(JsonLogTest::object);
    }

    private static JsonObject object(String line) {
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonSyntaxException | IllegalStateException e) {
            throw new AssertionError(line + " (expected: an object)", e);
        }
    }

    /** Waits for a whole line of that kind; each one before it has to be an object, too. */
    private static JsonObject await(Process process, Path err, Predicate<JsonObject> wanted)
            throws IOException, InterruptedException {
        while (true) {
            boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
            String text = Files.readString(err);
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                JsonObject object = object(line);
                if (wanted.test(object)) {
                    return object;
                }
            }
            assertThat(ended).as(text).isFalse();
        }
    }

    private static void ask(int port) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/generate"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"steps\": 1}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
