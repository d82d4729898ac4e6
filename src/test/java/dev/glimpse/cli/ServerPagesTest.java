package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
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

    @Test
    void anOperatorCanAndAPageMayLook() throws Exception {
        String level = server.admin("/v1/log-level").body();
        assertThat(admin("PUT", "/v1/log-level", "application/json", level).statusCode())
                .isEqualTo(200);
        assertThat(admin("GET", "/v1/models", "text/plain", "", "Origin", "http://localhost:8081")
                        .statusCode())
                .isEqualTo(200);
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
