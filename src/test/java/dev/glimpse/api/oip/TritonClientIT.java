package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import dev.glimpse.testing.Python;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that Triton's users have, on the server as it is shipped. */
class TritonClientIT {
    @TempDir
    private static Path directory;

    private static Python python;
    private static Program server;

    @BeforeAll
    static void start() throws Exception {
        python = Python.with("triton", "requirements-triton.txt");
        server = Program.server(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<JsonObject> run(String scenario) throws Exception {
        Python.Run run = python.run(directory, "triton.py", scenario, "127.0.0.1:" + server.port());
        assertThat(run.exitStatus()).as(run.output()).isZero();
        return run.output().lines().map(JsonObject::new).toList();
    }

    @Test
    void bothClientsLearnWhatTheServerHas() throws Exception {
        List<JsonObject> facts = run("facts");

        assertThat(facts).hasSize(2).allSatisfy(fact -> {
            assertThat(fact.getBoolean("live")).isTrue();
            assertThat(fact.getBoolean("ready")).isTrue();
            assertThat(fact.getBoolean("model_ready")).isTrue();
            assertThat(fact.getBoolean("other_ready")).isFalse();
            assertThat(fact.getBoolean("decoupled")).isTrue();
            assertThat(fact.getJsonArray("outputs")).startsWith("image");
            assertThat(fact.getString("index")).isEqualTo("fashion-mnist");
        });
    }

    @Test
    void bothClientsGetTheSamePicturesInEveryForm() throws Exception {
        List<JsonObject> results = run("infer");

        assertThat(results)
                .extracting(result -> result.getString("door"))
                .containsExactly("grpc", "http binary", "http json");
        assertThat(results).extracting(result -> result.getString("id")).containsExactly("g", "b", "j");
        assertThat(results).extracting(result -> result.getString("sha256")).containsOnly(overRest(2));
        assertThat(results).allSatisfy(result -> {
            assertThat(result.getJsonArray("shape")).isEqualTo(new JsonArray(List.of(2, 28, 28, 1)));
            assertThat(result.getJsonArray("plan")).isEqualTo(new JsonArray(List.of(3, 4)));
            assertThat(result.getInteger("seed")).isEqualTo(5);
            assertThat(result.getInteger("nfe")).isEqualTo(6);
        });
    }

    @Test
    void aStreamBringsEveryFrameAndGoesOnBehindAnError() throws Exception {
        List<JsonObject> answers = run("stream");

        assertThat(answers)
                .filteredOn(answer -> answer.containsKey("error"))
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.getString("error")).isEqualTo("steps: 0 (expected: at least 1)"));
        List<JsonObject> frames =
                answers.stream().filter(answer -> answer.containsKey("step")).toList();
        assertThat(frames).extracting(frame -> frame.getInteger("step")).containsExactly(1, 2, 3);
        assertThat(frames).extracting(frame -> frame.getBoolean("final")).containsExactly(false, false, true);
        assertThat(frames.get(2).getString("sha256")).isEqualTo(overRest(1));
    }

    @Test
    void whatGoesWrongIsAnExceptionWithItsStatusAndReason() throws Exception {
        Map<String, JsonObject> errors = run("errors").stream()
                .collect(Collectors.toMap(
                        error -> error.getString("door") + " " + error.getString("what"), Function.identity()));

        assertError(errors.get("grpc steps"), "StatusCode.INVALID_ARGUMENT", "steps: 0 (expected: at least 1)");
        assertError(errors.get("http steps"), "400", "steps: 0 (expected: at least 1)");
        assertError(errors.get("grpc model"), "StatusCode.NOT_FOUND", "model: none ");
        assertError(errors.get("http model"), "404", "model: none ");
        assertError(errors.get("grpc input"), "StatusCode.INVALID_ARGUMENT", "prompt: unknown input ");
        assertError(errors.get("http input"), "400", "prompt: unknown input ");
        assertError(errors.get("grpc output"), "StatusCode.INVALID_ARGUMENT", "outputs: text ");
        assertError(errors.get("http output"), "400", "outputs: text ");
        assertError(errors.get("grpc timeout"), "StatusCode.DEADLINE_EXCEEDED", "");
        assertError(errors.get("http timeout"), "504", "");
        assertError(errors.get("grpc statistics"), "StatusCode.UNIMPLEMENTED", "");
        assertError(
                errors.get("http statistics"), "501", "/v2/models/fashion-mnist/stats: this server does not support");
    }

    private static void assertError(JsonObject error, String status, String message) {
        assertThat(error.getString("status")).isEqualTo(status);
        assertThat(error.getString("message")).startsWith(message);
    }

    /** The digest of the pictures that the same fields give over plain HTTP. */
    private static String overRest(int count) throws Exception {
        JsonObject request = new JsonObject()
                .put("seed", 5)
                .put("steps", 3)
                .put("count", count)
                .put("class_name", "Bag")
                .put("sampler", "gamma")
                .put("gamma", 0.5)
                .put("format", "raw_u8");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/generate"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(request.encode()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Object picture : new JsonObject(response.body()).getJsonArray("pictures")) {
            digest.update(Base64.getDecoder().decode(((JsonObject) picture).getString("image")));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
