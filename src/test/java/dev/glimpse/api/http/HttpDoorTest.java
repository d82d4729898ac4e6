package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ModelProfile;
import dev.glimpse.generation.ModelShelf;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.Sampler;
import dev.glimpse.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDoorTest {
    private static final Path SOURCES = Path.of("src/main/resources/web");

    private final HttpClient client = HttpClient.newHttpClient();
    private Vertx vertx;
    private HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        new HttpDoor(Open.entrance(new ScriptedGenerator())).mount(router);
        router.get("/broken").handler(context -> {
            throw new IllegalStateException("broken on purpose");
        });
        router.post("/things/:id/change").handler(context -> context.end());
        router.put("/things/:id/change").handler(context -> context.end());
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopServer() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/index.html, text/html; charset=utf-8",
        "/main.js, text/javascript; charset=utf-8",
        "/page.css, text/css; charset=utf-8",
        "/icon.svg, image/svg+xml"
    })
    void pageComesWithItsTypeAndIsAskedForAgain(String path, String type) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo(type);
        assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(response.body()).isNotEmpty();
    }

    @Test
    void everyFileOfThePageIsServed() throws Exception {
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                assertThat(get("/" + file.getFileName()).body()).as("%s", file).isEqualTo(Files.readString(file));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"x\", %s", "W/\"x\",W/%s , \"y\"", "*"})
    void pageThatTheBrowserHasIsNotSentAgain(String tags) throws Exception {
        String etag = header(get("/main.js"), "ETag");

        HttpResponse<String> response = send(request("/main.js").header("If-None-Match", tags.formatted(etag)));

        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "W/\"x\", \"y\"", "x"})
    void pageThatTheBrowserHasOfAnotherVersionIsSent(String tags) throws Exception {
        assertThat(send(request("/main.js").header("If-None-Match", tags)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/models", "/nothing"})
    void everyAnswerForbidsForeignContentAndFraming(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(header(response, "Content-Security-Policy"))
                .contains("default-src 'self'")
                .contains("frame-ancestors 'none'");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Date")).matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT");
    }

    @Test
    void modelsTellsWhatIsServedAndTheLimits() throws Exception {
        HttpResponse<String> response = get("/v1/models");

        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put(
                                "models",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("name", "shapes")
                                                .put("version", "1")
                                                .put("labels", new JsonArray(List.of("Disc", "Ring", "Cross")))
                                                .put("channels", 1)
                                                .put("height", 4)
                                                .put("width", 6)
                                                .put("sigma_min", 0.002)
                                                .put("sigma_max", 80.0)
                                                .put("device", "cpu x 2")))
                        .put(
                                "limits",
                                new JsonObject()
                                        .put("max_steps", 64)
                                        .put("max_count", 16)
                                        .put("max_nfe", 256)
                                        .put("max_duration_ms", 300000)));
    }

    @Test
    void modelsTellsHowAModelCanBeWalked() throws Exception {
        JsonObject denoiser = described(List.of(Sampler.HEUN), OptionalDouble.empty());
        assertThat(denoiser.getJsonArray("samplers")).isEqualTo(JsonArray.of("heun"));
        assertThat(denoiser.containsKey("last_jump_t")).isFalse();
        JsonObject jumping = described(List.of(Sampler.EXACT, Sampler.HEUN), OptionalDouble.of(13));
        assertThat(jumping.getJsonArray("samplers")).isEqualTo(JsonArray.of("exact", "heun"));
        assertThat(jumping.getDouble("last_jump_t")).isEqualTo(13);
    }

    /** What a server says of a model that it has read. */
    private JsonObject described(List<Sampler> samplers, OptionalDouble lastJumpT) throws Exception {
        Generator read = new Read(new ScriptedGenerator(), samplers, lastJumpT);
        Router router = Router.router(vertx);
        new HttpDoor(Open.entrance(read)).mount(router);
        HttpServer other = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);

        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + other.actualPort() + "/v1/models")));

        other.close().await(10, TimeUnit.SECONDS);
        return new JsonObject(response.body()).getJsonArray("models").getJsonObject(0);
    }

    /** The scripted core with its model read, and found to be walked so. */
    private record Read(ScriptedGenerator core, List<Sampler> samplers, OptionalDouble lastJumpT) implements Generator {
        @Override
        public List<ModelVersion> versions() {
            ServedModel model = ScriptedGenerator.MODEL;
            return List.of(new ModelVersion(
                    new ModelShelf.ModelState(model.name(), model.version(), ModelShelf.Standing.SERVING, ""),
                    Optional.of(new ModelProfile(model, 0.5, 7, samplers, 0, lastJumpT))));
        }

        @Override
        public Future<Submission> submit(GenerationRequest request) {
            return core.submit(request);
        }

        @Override
        public Future<Submission> resume(ResumeRequest request) {
            return core.resume(request);
        }

        @Override
        public GenerationSession session() {
            return core.session();
        }

        @Override
        public List<ServedModel> models() {
            return core.models();
        }

        @Override
        public GenerationLimits limits() {
            return core.limits();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/web/index.html", "/..%2fmain.js", "/dev/glimpse/api/http/HttpDoor.class"})
    void unknownPathIsAJson404(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("not_found");
        assertThat(detail(response)).isEqualTo("path: " + path + " (expected: one at which this server answers)");
    }

    @ParameterizedTest
    @CsvSource({"/v1/models, 'GET, HEAD'", "/, 'GET, HEAD'", "/broken, GET", "/things/7/change, 'POST, PUT'"})
    void wrongMethodIsAJson405ThatTellsTheRightOnes(String path, String allowed) throws Exception {
        HttpResponse<String> response = send(request(path).DELETE());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(code(response)).isEqualTo("method_not_allowed");
        assertThat(header(response, "Allow")).isEqualTo(allowed);
        assertThat(detail(response)).isEqualTo("method: DELETE (expected: " + allowed + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/v1/models%c"})
    void pathThatCannotBeReadIsAJson400AndNoNews(String path) throws Exception {
        try (LogLines vertxLines = new LogLines("io.vertx.ext.web");
                LogLines lines = new LogLines("dev.glimpse.api")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n")
                    .containsIgnoringCase("\r\nx-content-type-options: nosniff\r\n")
                    .contains("\"code\":\"invalid_argument\"")
                    .contains("path: " + path + " (expected: percent-encoded UTF-8 that begins with /)");
            assertThat(vertxLines.soFar()).isEmpty();
            assertThat(lines.soFar()).isEmpty();
        }
    }

    /** Asks for what no client of the JDK would. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void defectIsAJson500ThatTellsNothingOfTheInside() throws Exception {
        HttpResponse<String> response = get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(code(response)).isEqualTo("internal");
        assertThat(response.body()).doesNotContain("on purpose");
    }

    private static String detail(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("detail");
    }

    private static String code(HttpResponse<String> response) {
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("status")).isEqualTo(response.statusCode());
        assertThat(problem.getString("title")).isNotBlank();
        return problem.getString("code");
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
