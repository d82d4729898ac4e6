package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.GrpcJava;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.ListModelsResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a web page cannot do to the server of whoever looks at it, even if its host's name means this machine. */
@Timeout(60)
class ServerPagesTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static ObservedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new ObservedServer(directory.resolve("models"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/log-level, application/json",
        "POST, /v1/models/tiny/versions/1/prefer, application/json",
        "DELETE, /v1/models, application/json",
        "POST, /glimpse.v1.Admin/Drain, application/grpc"
    })
    void aPageCanChangeNothingAtTheAdminPort(String method, String path, String type) throws Exception {
        HttpResponse<String> refused = admin(method, path, type, "{}", "Origin", "http://evil.example:8081");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(new JsonObject(refused.body()).getString("detail"))
                .startsWith("Origin: http://evil.example:8081 (expected: none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /nothing                           | application/json | 404 | not_found",
                "DELETE | /v1/models                         | application/json | 405 | method_not_allowed",
                "GET    | /v1/models/tiny/versions/1/load    | application/json | 405 | method_not_allowed",
                "POST   | /v1/models/tiny/versions/1/prefer  | text/plain       | 415 | invalid_argument",
                "POST   | /v1/models/tiny/versions/9/prefer  | application/json | 404 | not_found",
                "POST   | /v1/models/tiny/versions/1/unload  | application/json | 409 | failed_precondition",
                "PUT    | /v1/log-level                      | application/json | 400 | invalid_argument"
            })
    void everyErrorOfTheAdminPortIsAProblem(String method, String path, String type, int status, String code)
            throws Exception {
        HttpResponse<String> refused = admin(method, path, type, "{}");

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(new JsonObject(refused.body()).getInteger("status")).isEqualTo(status);
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo(code);
        assertThat(refused.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
    }

    @Test
    void anOperatorCanAndAPageMayLook() throws Exception {
        String level = server.admin("/v1/log-level").body();
        assertThat(admin("PUT", "/v1/log-level", "application/json", level).statusCode())
                .isEqualTo(200);
        assertThat(admin("GET", "/v1/models", "text/plain", "", "Origin", "http://localhost:8081")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/models",
        "GET, /v1/generate?steps=1&seed=1",
        "GET, /v2",
        "POST, /glimpse.v1.Glimpse/ListModels",
        "GET, /v1/stream"
    })
    void aPageOfAnotherNameForThisMachineNeedsAKey(String method, String path) throws Exception {
        String host = "evil.example:" + server.port();
        List<String> head = new ArrayList<>(List.of(
                method + " " + path + " HTTP/1.1",
                "Host: " + host,
                "Origin: http://" + host,
                "Connection: Upgrade",
                "Upgrade: websocket"));
        if (method.equals("POST")) {
            head.addAll(List.of("Content-Type: application/grpc-web+proto", "Content-Length: 5"));
        }
        int unauthenticated = Code.UNAUTHENTICATED.value();

        assertAnswered(
                String.join("\r\n", head) + "\r\n\r\n" + "\0\0\0\0\0",
                Pattern.compile("^HTTP/1.1 401 |grpc-status: ?" + unauthenticated + "\r\n"));
    }

    @Test
    void overHttp2TheNameCountsAsWell() throws Exception {
        MethodDescriptor<ListModelsRequest, ListModelsResponse> models = GrpcJava.method(
                MethodType.UNARY,
                "glimpse.v1.Glimpse/ListModels",
                ListModelsRequest.parser(),
                ListModelsResponse.parser());
        try (GrpcJava client = new GrpcJava(server.port())) {
            assertThat(client.ask(models, ListModelsRequest.getDefaultInstance(), CallOptions.DEFAULT)
                            .outcome()
                            .status()
                            .getCode())
                    .isEqualTo(Code.OK);
            assertThat(client.ask(
                                    models,
                                    ListModelsRequest.getDefaultInstance(),
                                    CallOptions.DEFAULT.withAuthority("evil.example:" + server.port()))
                            .outcome()
                            .status()
                            .getCode())
                    .isEqualTo(Code.UNAUTHENTICATED);
        }
    }

    @Test
    void theServersOwnPageMayAskOverHttp2() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            int status = client.request(HttpMethod.GET, server.port(), "127.0.0.1", "/v1/generate?steps=0")
                    .compose(request -> request.putHeader("Origin", "http://127.0.0.1:" + server.port())
                            .send())
                    .map(HttpClientResponse::statusCode)
                    .await(20, TimeUnit.SECONDS);
            assertThat(status).isEqualTo(400);
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    /** Sends the bytes and reads until the answer is as it should be, or over. */
    private static void assertAnswered(String request, Pattern wanted) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            int next = 0;
            while (next >= 0 && !wanted.matcher(answer).find()) {
                next = socket.getInputStream().read();
                answer.append((char) next);
            }
            assertThat(answer).containsPattern(wanted);
        }
    }

    private static HttpResponse<String> admin(String method, String path, String type, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.adminUrl() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", type);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
