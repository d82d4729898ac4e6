package dev.glimpse.api.oip;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.math.StepPlan;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running server on a scripted core, and a client of its REST half, for the tests that extend it. */
abstract class RestFixture {
    static final String MODEL = "/v2/models/" + ScriptedGenerator.MODEL.name();

    final ScriptedGenerator generator = new ScriptedGenerator();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    InferenceServer server;

    @BeforeEach
    void start() throws Exception {
        server = new InferenceServer(generator);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpRequest.Builder post(String path, String json) {
        return request(server.port(), path).POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws Exception {
        return send(request(server.port(), path));
    }

    CompletableFuture<HttpResponse<byte[]>> sending(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static JsonObject json(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    static byte[] picture(int value) {
        byte[] pixels = new byte[ScriptedGenerator.MODEL.height() * ScriptedGenerator.MODEL.width()];
        Arrays.fill(pixels, (byte) value);
        return pixels;
    }

    static void finish(ScriptedStream stream, int count) {
        StepPlan plan = stream.accepted().plan();
        for (int sample = 0; sample < count; sample++) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, picture(200 + sample)));
        }
        stream.emit(new GenerationEvent.Finished(plan.nfe() * count, 0, 1));
    }
}
