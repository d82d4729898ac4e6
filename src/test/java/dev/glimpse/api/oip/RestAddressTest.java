package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses there are, for which methods and for whom, and what they tell of the server and its models. */
@Timeout(60)
class RestAddressTest extends RestFixture {
    @Test
    void healthIsToldByStatusAndBody() throws Exception {
        assertThat(json(get("/v2/health/live")).getBoolean("live")).isTrue();
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(get(MODEL + "/ready").statusCode()).isEqualTo(200);
        assertThat(get(MODEL + "/versions/7/ready").statusCode()).isEqualTo(404);
        server.ready.set(false);
        HttpResponse<byte[]> ready = get("/v2/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(json(ready).getBoolean("ready")).isFalse();
        assertThat(get(MODEL + "/ready").statusCode()).isEqualTo(503);
        assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void theServerAndItsModelsTellWhatTheyAre() throws Exception {
        assertThat(json(get("/v2")).getJsonArray("extensions")).contains("binary_tensor_data");
        JsonObject model = json(get(MODEL + "/versions/1"));
        assertThat(model.getJsonArray("versions")).isEqualTo(new JsonArray().add("1"));
        assertThat(model.getJsonArray("outputs").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"name\":\"image\",\"datatype\":\"UINT8\",\"shape\":[-1,4,6,1]}"));
        assertThat(json(get(MODEL + "/config"))
                        .getJsonObject("model_transaction_policy")
                        .getBoolean("decoupled"))
                .isTrue();
        HttpResponse<byte[]> index = send(post("/v2/repository/index", ""));
        assertThat(new JsonArray(new String(index.body(), StandardCharsets.UTF_8)))
                .isEqualTo(
                        new JsonArray("[{\"name\":\"shapes\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/nothing, 404",
        "/v2/models/none, 404",
        "/v2/models/stats, 501",
        "/v2/models/shapes/versions/1/stats, 501",
        "/v2/logging, 501",
        "/v2/trace/setting, 501",
        "/v2/systemsharedmemory/status, 501"
    })
    void whatIsNotHereIsToldInTheProtocolsForm(String path, int status) throws Exception {
        HttpResponse<byte[]> response = get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/health/live, 200",
        "/v2/health/ready, 200",
        "/v2, 200",
        "/v2/models/shapes, 200",
        "/v2/models/shapes/versions/1/ready, 200",
        "/v2/models/shapes/config, 200",
        "/v2/models/none/ready, 404"
    })
    void headIsAnsweredAsGetWithoutABody(String path, String status) throws Exception {
        try (RawHttp2 http = new RawHttp2(server.port())) {
            RawHttp2.Answer head =
                    http.answer(http.call(path, new byte[0], ":method", "HEAD", "content-type", "text/plain"));

            assertThat(head.headers()).containsEntry(":status", status);
            assertThat(head.headers().get("content-length"))
                    .isEqualTo(Integer.toString(get(path).body().length));
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void headOfNothingHasNoBody() throws Exception {
        try (RawHttp2 http = new RawHttp2(server.port())) {
            RawHttp2.Answer head =
                    http.answer(http.call("/v2/nothing", new byte[0], ":method", "HEAD", "content-type", "text/plain"));

            assertThat(head.headers()).containsEntry(":status", "404");
            assertThat(head.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/models/shapes/infer, POST",
        "GET, /v2/models/shapes/versions/1/generate, POST",
        "DELETE, /v2/models/shapes/generate_stream, POST",
        "GET, /v2/repository/index, POST",
        "POST, /v2/health/ready, 'GET, HEAD'",
        "POST, /v2, 'GET, HEAD'",
        "PUT, /v2/models/shapes, 'GET, HEAD'",
        "POST, /v2/models/shapes/versions/1/ready, 'GET, HEAD'"
    })
    void wrongMethodIsToldTheRightOnes(String method, String path, String allowed) throws Exception {
        HttpResponse<byte[]> response =
                send(request(server.port(), path).method(method, HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains(allowed);
        assertThat(json(response).getString("error")).isEqualTo(method + " " + path + " (expected: " + allowed + ")");
    }

    @Test
    void modelsAreNotChangedAtThisDoor() throws Exception {
        assertThat(send(post("/v2/repository/models/shapes/unload", "")).statusCode())
                .isEqualTo(501);
    }

    @Test
    void pagesOfOtherSitesAndStrangersCannotAsk() throws Exception {
        assertThat(send(post(MODEL + "/infer", "{}").header("Origin", "https://elsewhere.example.org"))
                        .statusCode())
                .isEqualTo(403);
        Entrance closed = new Entrance(
                new Gate(List.of(), Anonymity.NEVER), new QuotaLedger(), caller -> generator, System::nanoTime);
        try (InferenceServer guarded = new InferenceServer(closed)) {
            assertThat(send(request(guarded.port(), "/v2/health/ready")).statusCode())
                    .isEqualTo(200);
            HttpResponse<byte[]> refused =
                    send(request(guarded.port(), MODEL + "/infer").POST(HttpRequest.BodyPublishers.ofString("{}")));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
            assertThat(json(refused).getString("error")).startsWith("authorization: none");
        }
        assertThat(generator.waitingRequests()).isZero();
    }
}
