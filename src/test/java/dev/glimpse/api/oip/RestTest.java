package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.SseReader;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.Churn;
import dev.glimpse.math.Knots;
import dev.glimpse.math.StepPlan;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RestTest {
    private static final String MODEL = "/v2/models/" + ScriptedGenerator.MODEL.name();

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private InferenceServer server;

    @BeforeEach
    void start() throws Exception {
        server = new InferenceServer(generator);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpRequest.Builder post(String path, String json) {
        return request(server.port(), path).POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return send(request(server.port(), path));
    }

    private CompletableFuture<HttpResponse<byte[]>> sending(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonObject json(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    private static byte[] picture(int value) {
        byte[] pixels = new byte[ScriptedGenerator.MODEL.height() * ScriptedGenerator.MODEL.width()];
        Arrays.fill(pixels, (byte) value);
        return pixels;
    }

    private static void finish(ScriptedStream stream, int count) {
        StepPlan plan = stream.accepted().plan();
        for (int sample = 0; sample < count; sample++) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, picture(200 + sample)));
        }
        stream.emit(new GenerationEvent.Finished(plan.nfe() * count, 0, 1));
    }

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

    @Test
    void inferenceInJsonIsAnsweredInJson() throws Exception {
        var answer = sending(
                post(
                        MODEL + "/infer",
                        "{'id':'mine','inputs':["
                                + "{'name':'seed','datatype':'UINT64','shape':[1],'data':[18446744073709551615]},"
                                + "{'name':'steps','datatype':'INT32','shape':[1,1],'data':[[3]]},"
                                + "{'name':'count','datatype':'INT32','shape':[1],'data':[2]}],"
                                + "'parameters':{'timeout':2000000},'outputs':[{'name':'image'},{'name':'nfe'},{'name':'seed'}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 2);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        assertThat(request.seed()).hasValue(-1);
        assertThat(request.timeout()).contains(Duration.ofSeconds(2));
        assertThat(request.preview()).isEqualTo(PreviewKind.NONE);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonObject json = json(response);
        assertThat(json.getString("id")).isEqualTo("mine");
        assertThat(json.getString("model_name")).isEqualTo("shapes");
        JsonArray outputs = json.getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("shape")).isEqualTo(new JsonArray("[2,4,6,1]"));
        assertThat(outputs.getJsonObject(0).getJsonArray("data"))
                .hasSize(48)
                .startsWith(200)
                .endsWith(201);
        assertThat(outputs.getJsonObject(1).getJsonArray("data").getInteger(0)).isEqualTo(6);
        assertThat(outputs.getJsonObject(2).getJsonArray("data")).hasToString("[18446744073709551615]");
    }

    @Test
    void aTensorMayTellItsContentTypeAndNoDataOfItsOwn() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'class_name','datatype':'BYTES','shape':[1],'data':['Ring'],"
                        + "'parameters':{'content_type':'str','headers':null},'head':null}],"
                        + "'outputs':[{'name':'nfe','parameters':{'content_type':'np'},'data':null}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.label()).contains(new ClassLabel.Name("Ring"));
    }

    /** As the client that the protocol's own description is made into sends them. */
    @Test
    void numbersMayAllBeWrittenWithAPoint() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[2.0]},"
                        + "{'name':'seed','datatype':'UINT64','shape':[1],'data':[9007199254740992.0]},"
                        + "{'name':'gamma','datatype':'FP32','shape':[1],'data':[1]},"
                        + "{'name':'deterministic','datatype':'BOOL','shape':[1],'data':[0.0]}]}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.plan().steps()).isEqualTo(2);
        assertThat(request.seed()).hasValue(1L << 53);
        assertThat(request.plan().gamma()).hasValue(1);
        assertThat(request.deterministic()).isFalse();
    }

    @Test
    void churnAndPlacesOnAGridAreInputsOfTheirOwn() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'inputs':[{'name':'sampler','datatype':'BYTES','shape':[1],'data':['heun']},"
                        + "{'name':'churn_amount','datatype':'FP64','shape':[1],'data':[10]},"
                        + "{'name':'churn_max_t','datatype':'FP64','shape':[1],'data':[50]},"
                        + "{'name':'knots_grid','datatype':'INT32','shape':[1],'data':[18]},"
                        + "{'name':'knots_indices','datatype':'INT32','shape':[3],'data':[0,9,17]}],"
                        + "'parameters':{'churn_noise':1.003}}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.plan().churn()).isEqualTo(new Churn(10, 0, 50, 1.003));
        assertThat(request.plan().knots()).isEqualTo(new Knots.OnGrid(18, List.of(0, 9, 17)));
    }

    @ParameterizedTest
    @CsvSource({
        "/infer, model_name, '', ''",
        "/versions/1/infer, model_name, 1, 1",
        "/infer, model_name, 1, 1",
        "/generate, model, '', ''",
        "/generate, model, 1, 1",
        "/versions/1/generate, model, '', 1"
    })
    void aBodyMayNameTheModelOfItsAddress(String path, String field, String told, String version) throws Exception {
        // As the client of KServe does in every request.
        JsonObject body = new JsonObject().put(field, "shapes").put("id", "mine");
        if (!told.isEmpty()) {
            body.put("model_version", told);
        }
        var answer = sending(post(MODEL + path, body.encode()));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(request.model()).isEqualTo("shapes");
        assertThat(request.version()).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({
        "/versions/1/infer, 'model_version', 2, 400",
        "/generate, model, other, 422",
        "/versions/1/generate, model_version, 2, 422"
    })
    void aBodyThatNamesAnotherModelThanItsAddressIsRefused(String path, String field, String value, int status)
            throws Exception {
        HttpResponse<byte[]> response =
                send(post(MODEL + path, new JsonObject().put(field, value).encode()));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error"))
                .startsWith(field + ": " + value + " (expected: ")
                .contains("as the address says");
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void binaryTensorsStandBehindTheJsonInBothDirections() throws Exception {
        String head = "{\"inputs\":[{\"name\":\"steps\",\"datatype\":\"INT32\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":4}},"
                + "{\"name\":\"class_index\",\"datatype\":\"INT32\",\"shape\":[1],\"data\":[1]},"
                + "{\"name\":\"seed\",\"datatype\":\"UINT64\",\"shape\":[1],\"parameters\":{\"binary_data_size\":8}}],"
                + "\"outputs\":[{\"name\":\"nfe\",\"parameters\":{\"binary_data\":false}},"
                + "{\"name\":\"image\",\"parameters\":{\"binary_data\":true}}]}";
        Buffer body = Buffer.buffer(head).appendIntLE(2).appendLongLE(77);
        var answer = sending(request(server.port(), MODEL + "/infer")
                .header("Inference-Header-Content-Length", Integer.toString(head.length()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes())));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        assertThat(request.seed()).hasValue(77);
        assertThat(request.plan().steps()).isEqualTo(2);
        int length = Integer.parseInt(
                response.headers().firstValue("inference-header-content-length").orElseThrow());
        JsonArray outputs =
                new JsonObject(new String(response.body(), 0, length, StandardCharsets.UTF_8)).getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("data").getInteger(0)).isEqualTo(2);
        assertThat(outputs.getJsonObject(1).getJsonObject("parameters").getInteger("binary_data_size"))
                .isEqualTo(24);
        assertThat(Arrays.copyOfRange(response.body(), length, response.body().length))
                .isEqualTo(picture(200));
    }

    @Test
    void anOutputsOwnFormGoesBeforeThatOfAllOfThem() throws Exception {
        var answer = sending(post(
                MODEL + "/infer",
                "{'parameters':{'binary_data_output':true},"
                        + "'outputs':[{'name':'nfe','parameters':{'binary_data':false}},{'name':'seed'}]}"));
        finish(generator.stream(), 1);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        int length = Integer.parseInt(
                response.headers().firstValue("inference-header-content-length").orElseThrow());
        JsonArray outputs =
                new JsonObject(new String(response.body(), 0, length, StandardCharsets.UTF_8)).getJsonArray("outputs");
        assertThat(outputs.getJsonObject(0).getJsonArray("data")).isNotEmpty();
        assertThat(outputs.getJsonObject(1).containsKey("data")).isFalse();
        assertThat(response.body()).hasSize(length + Long.BYTES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | body: { (expected: a JSON object)",
                "{'input':[]} | input: unknown field (expected: one of id, inputs, model_name, model_version,"
                        + " outputs, parameters)",
                "{'model_name':'other','inputs':[]} | model_name: other (expected: shapes, as the address says, or none)",
                "{'model_name':7} | model_name: 7 (expected: a string)",
                "{'inputs':7} | inputs: 7 (expected: an array of objects)",
                "{'inputs':[7]} | inputs: 7 (expected: objects)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1,2]}]}"
                        + " | steps: more elements (expected: 1, as its shape says)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':['x']}]}"
                        + " | steps: x (expected: a whole number of type INT32)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[2.5]}]}"
                        + " | steps: 2.5 (expected: a whole number of type INT32)",
                "{'inputs':[{'name':'steps','datatype':'INT8','shape':[1],'data':[128]}]}"
                        + " | steps: 128 (expected: a whole number of type INT8)",
                "{'inputs':[{'name':'seed','datatype':'UINT64','shape':[1],'data':[-1]}]}"
                        + " | seed: -1 (expected: a whole number of type UINT64)",
                "{'inputs':[{'name':'seed','datatype':'UINT64','shape':[1],'data':[9.223372036854776e+18]}]}"
                        + " | seed: 9.223372036854776E18 (expected: a whole number of type UINT64, in all its digits)",
                "{'inputs':[{'name':'class_name','datatype':'INT8','shape':[1],'data':['Ring']}]}"
                        + " | class_name: Ring (expected: a whole number of type INT8)",
                "{'inputs':[{'name':'class_name','datatype':'BYTES','shape':[1],'data':[5.0]}]}"
                        + " | class_name: 5.0 (expected: a string of type BYTES)",
                "{'inputs':[{'name':'gamma','datatype':'FP64','shape':[1],'data':['0.5']}]}"
                        + " | gamma: 0.5 (expected: a number of type FP64)",
                "{'inputs':[{'name':'seed','datatype':'FP16','shape':[1],'data':[70001]}]}"
                        + " | seed: 70001 (expected: binary data of type FP16)",
                "{'inputs':[{'name':'gamma','datatype':'BF16','shape':[1],'data':[1e300]}]}"
                        + " | gamma: 1.0E300 (expected: binary data of type BF16)",
                "{'inputs':[{'name':'deterministic','datatype':'BOOL','shape':[1],'data':[2]}]}"
                        + " | deterministic: 2 (expected: true or false of type BOOL)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':{}}]}"
                        + " | steps.data: {} (expected: arrays of elements)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[0.5],'data':[]}]}"
                        + " | steps.shape: 0.5 (expected: whole numbers)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'parameters':{'binary_data_size':4}}]}"
                        + " | steps.binary_data_size: 4 (expected: 0..0, which are left)",
                "{'outputs':[{'name':'text'}]} | outputs: text (expected: of image, labels, seed, nfe, plan)",
                "{'outputs':[{'name':'image'},{'name':'image','parameters':{'binary_data':true}}]}"
                        + " | outputs: image given twice (expected: each once)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'parameters':{'shared_memory_region':'r',"
                        + "'shared_memory_byte_size':4}}]} | steps.parameters.shared_memory_byte_size: given (expected:"
                        + " none, as this server shares no memory with its clients)",
                "{'outputs':[{'name':'image','parameters':{'shared_memory_region':'r'}}]}"
                        + " | image.parameters.shared_memory_region: given (expected: none, as this server shares no"
                        + " memory with its clients)",
                "{'outputs':[{'name':'labels','parameters':{'classification':3}}]} | labels.parameters.classification:"
                        + " given (expected: none, as no output of this server is a list of scores)",
                "{'parameters':{'binary_data_output':'true'}} | binary_data_output: true (expected: true or false)",
                "{'parameters':{'binary_data_output':1}} | binary_data_output: 1 (expected: true or false)",
                "{'outputs':[{'name':'image','parameters':{'binary_data':'true'}}]}"
                        + " | image.parameters.binary_data: true (expected: true or false)",
                "{'outputs':[{'name':'image','binary_data':true}]}"
                        + " | image.binary_data: unknown field (expected: one of name, parameters)",
                "{'outputs':[{'name':'image','parameters':7}]} | image.parameters: 7 (expected: an object)",
                "{'outputs':[{'name':'image','parameters':{'binary':true}}]} | image.parameters.binary: unknown parameter"
                        + " (expected: one of binary_data, content_type)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1],'dims':[1]}]}"
                        + " | steps.dims: unknown field (expected: one of data, datatype, name, parameters, shape)",
                "{'inputs':[{'name':'steps','datatype':'INT32','shape':[1],'data':[1],'parameters':{'binary_size':4}}]}"
                        + " | steps.parameters.binary_size: unknown parameter (expected: one of binary_data_size,"
                        + " content_type)",
                "{'inputs':[{'datatype':'INT32','shape':[0.5]}]} | inputs: no name (expected: one of seed, count,"
                        + " class_index, class_name, sampler, steps, gamma, gamma_form, knots, knots_grid, knots_indices,"
                        + " churn_amount, churn_min_t, churn_max_t, churn_noise, preview, quality, deterministic)",
                "{'outputs':[{}]} | outputs: no name (expected: of image, labels, seed, nfe, plan)",
                "{'parameters':{'stepz':1}} | stepz: unknown parameter (expected: one of seed, count, class_index,"
                        + " class_name, sampler, steps, gamma, gamma_form, knots, knots_grid, knots_indices,"
                        + " churn_amount, churn_min_t, churn_max_t, churn_noise, preview, quality, deterministic)",
                "{'parameters':{'churn_amount':-1}} | churn.amount: -1.0 (expected: at least 0, finite)",
                "{'inputs':[{'name':'churn_noise','datatype':'FP64','shape':[1],'data':[1]}],"
                        + "'parameters':{'churn_noise':1}} | churn_noise: given twice (expected: once)",
                "{'inputs':[{'name':'knots','datatype':'FP64','shape':[2],'data':[80,0.002]}],"
                        + "'parameters':{'knots_grid':18}} | knots_grid: given beside knots (expected: one of them)"
            })
    void whatCannotBeServedIsOneSentenceUnderFourHundred(String body, String message) throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + "/infer", body));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response)).isEqualTo(new JsonObject().put("error", message));
        assertThat(generator.waitingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLEncoded; charset=utf-8",
                "text/plain"
            })
    void aBodyThatCurlCallsAFormIsJson(String type) throws Exception {
        String spaces = " ".repeat(10_000);
        for (String path : List.of("/infer", "/generate")) {
            var answer = sending(post(MODEL + path, "{" + spaces + "'parameters':{'seed':5}}")
                    .header("Content-Type", type));
            assertThat(generator.request().seed()).hasValue(5);
            finish(generator.stream(), 1);
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data; boundary=x", "Multipart/Mixed; boundary=x", "multipart/form-data"})
    void aBodyInPartsIsRefusedByItsType(String type) throws Exception {
        for (String path : List.of("/infer", "/generate", "/generate_stream")) {
            HttpResponse<byte[]> response = send(post(MODEL + path, "{}").header("Content-Type", type));
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(json(response).getString("error"))
                    .isEqualTo("Content-Type: " + type + " (expected: application/json)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "99"})
    void aLengthThatIsNoneIsRefused(String length) throws Exception {
        HttpResponse<byte[]> response =
                send(post(MODEL + "/infer", "{}").header("Inference-Header-Content-Length", length));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("error"))
                .isEqualTo("Inference-Header-Content-Length: " + length + " (expected: 1..2)");
    }

    @Test
    void bytesOfNoInputAreRefused() throws Exception {
        HttpResponse<byte[]> response =
                send(post(MODEL + "/infer", "{}rest").header("Inference-Header-Content-Length", "2"));

        assertThat(json(response).getString("error")).startsWith("body: bytes of no input");
    }

    @Test
    void packedAndOverlongBodiesAreRefused() throws Exception {
        for (String path : List.of("/infer", "/generate", "/generate_stream")) {
            HttpResponse<byte[]> packed = send(post(MODEL + path, "{}").header("Content-Encoding", "gzip"));
            assertThat(packed.statusCode()).isEqualTo(415);
            assertThat(json(packed).getString("error")).isEqualTo("Content-Encoding: gzip (expected: identity)");
        }
        HttpResponse<byte[]> overlong = send(post(MODEL + "/infer", "x".repeat(InferenceServer.MAX_BYTES + 1)));
        assertThat(overlong.statusCode()).isEqualTo(413);
        assertThat(json(overlong).getString("error")).startsWith("body: more");
    }

    /** Each with its status and the seconds after which a client may come again. */
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new Failure.InvalidField("steps", "steps: 99"), 400, 422, ""),
                Arguments.of(new Failure.ModelNotFound("m", List.of("a")), 404, 404, ""),
                Arguments.of(new Failure.Overloaded(Duration.ofSeconds(3)), 503, 429, "3"),
                Arguments.of(new Failure.QuotaExceeded("t", "quota", Optional.empty()), 429, 429, ""),
                Arguments.of(new Failure.Unavailable("draining", Duration.ZERO), 503, 503, "1"),
                Arguments.of(new Failure.DeadlineExceeded(), 504, 504, ""),
                Arguments.of(new Failure.Internal("r"), 500, 424, ""));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aRefusalHasTheStatusThatTheProtocolGivesIt(
            Failure failure, int ofInference, int ofGeneration, String retryAfter) throws Exception {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));

        for (String path : List.of("/infer", "/generate", "/generate_stream")) {
            HttpResponse<byte[]> response = send(post(MODEL + path, "{}"));
            assertThat(response.statusCode()).as(path).isEqualTo(path.equals("/infer") ? ofInference : ofGeneration);
            assertThat(json(response).getString("error")).isEqualTo(failure.message());
            assertThat(response.headers().firstValue("retry-after").orElse("")).isEqualTo(retryAfter);
        }
    }

    @Test
    void generationTakesFieldsAndGivesPictures() throws Exception {
        var answer = sending(post(MODEL + "/generate", "{'id':'g','steps':2,'parameters':{'seed':5,'count':2}}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 2);

        JsonObject json = json(answer.get(10, TimeUnit.SECONDS));
        assertThat(request.seed()).hasValue(5);
        assertThat(request.model()).isEqualTo("shapes");
        assertThat(json.getString("id")).isEqualTo("g");
        assertThat(json.getString("seed")).isEqualTo("5");
        assertThat(json.getInteger("nfe")).isEqualTo(4);
        assertThat(json.getString("format")).isEqualTo("png");
        assertThat(List.of(json.getInteger("width"), json.getInteger("height"), json.getInteger("channels")))
                .containsExactly(6, 4, 1);
        assertThat(json.getJsonArray("samples")).isEqualTo(new JsonArray("[0,1]"));
        assertThat(Base64.getDecoder().decode(json.getJsonArray("image").getString(1)))
                .isEqualTo(picture(201));
    }

    @ParameterizedTest
    @CsvSource({"/infer, true", "/infer, false", "/generate, true", "/generate, false"})
    void anAnswerTellsWhetherAPictureTookFewerStepsThanAskedFor(String path, boolean shortened) throws Exception {
        var answer = sending(post(MODEL + path, "{'parameters':{'quality':'flexible','count':2}}"));
        ScriptedStream stream = generator.stream();
        StepPlan plan = stream.accepted().plan();
        GenerationEvent.Stepped second = ScriptedGenerator.stepped(1, shortened ? 2 : plan.nfe(), plan, picture(2));
        stream.emit(ScriptedGenerator.stepped(0, plan.nfe(), plan, picture(1)))
                .emit(shortened ? ScriptedGenerator.shortened(second) : second)
                .emit(new GenerationEvent.Finished(6, 0, 1));

        JsonObject json = json(answer.get(10, TimeUnit.SECONDS));
        JsonObject told = path.equals("/infer") ? json.getJsonObject("parameters") : json;
        assertThat(told.getBoolean("shortened")).isEqualTo(shortened);
    }

    @Test
    void aTokenGoesOnWithItsRequest() throws Exception {
        var answer = sending(
                post(MODEL + "/generate", "{'id':'g','parameters':{'resume_token':'step 1','timeout_ms':700}}"));
        ResumeRequest rest = generator.resumed();
        finish(generator.stream(), 1);

        JsonObject json = json(answer.get(10, TimeUnit.SECONDS));
        assertThat(rest).isEqualTo(new ResumeRequest("step 1", Optional.of(Duration.ofMillis(700))).withoutPreviews());
        assertThat(json.getString("id")).isEqualTo("g");
        assertThat(Base64.getDecoder().decode(json.getString("image"))).isEqualTo(picture(200));
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void whatIsLeftOfARequestTellsWhichOfItsPicturesItIs() throws Exception {
        generator.resumedCount(3);
        JsonObject two = resumed(0, 2);
        assertThat(two.getJsonArray("image"))
                .isEqualTo(new JsonArray().add(base64(picture(100))).add(base64(picture(102))));
        assertThat(two.getJsonArray("samples")).isEqualTo(new JsonArray("[0,2]"));
        assertThat(two.getJsonArray("labels")).isEqualTo(new JsonArray("[0,2]"));

        JsonObject one = resumed(1);
        assertThat(one.getJsonArray("image")).isEqualTo(new JsonArray().add(base64(picture(101))));
        assertThat(one.getJsonArray("samples")).isEqualTo(new JsonArray("[1]"));
        assertThat(one.getJsonArray("labels")).isEqualTo(new JsonArray("[1]"));

        JsonObject none = resumed();
        assertThat(none.getJsonArray("image")).isEmpty();
        assertThat(none.getJsonArray("labels")).isEmpty();
    }

    /** The answer to a token, of whose request these samples are left. */
    private JsonObject resumed(int... samples) throws Exception {
        var answer = sending(post(MODEL + "/generate", "{'resume_token':'step 1'}"));
        ScriptedStream stream = generator.stream();
        StepPlan plan = stream.accepted().plan();
        for (int sample : samples) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, picture(100 + sample)));
        }
        stream.emit(new GenerationEvent.Finished(4, 0, 1));
        return json(answer.get(10, TimeUnit.SECONDS));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void aTokenOfAnotherModelThanTheAddressNamesIsRefused() throws Exception {
        var answer = sending(post("/v2/models/shapes/versions/2/generate_stream", "{'resume_token':'step 1'}"));

        generator.stream().cancelled().get(10, TimeUnit.SECONDS);
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(422);
        assertThat(json(answer.get()).getString("error"))
                .isEqualTo("resume_token: of shapes/1 (expected: of the model that the address says)");
    }

    @Test
    void knotsThatAreNeitherTimesNorPlacesAreToldOfBoth() throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + "/generate", "{'knots':'80,0.002'}"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).getString("error"))
                .isEqualTo("knots: 80,0.002 (expected: an array of times, or an object with grid and indices)");
    }

    @ParameterizedTest
    @CsvSource({"/infer, 400", "/generate, 422", "/generate_stream, 422"})
    void aPreviewIsReadWhereNoneIsShownToo(String path, int status) throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + path, "{'parameters':{'preview':'best'}}"));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error"))
                .isEqualTo("preview: best (expected: one of exact, free, state, none)");
        var answer = sending(post(MODEL + "/generate", "{'preview':'exact'}"));
        assertThat(generator.request().preview()).isEqualTo(PreviewKind.NONE);
        finish(generator.stream(), 1);
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aFieldThatIsGivenTwiceIsRefused() throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + "/generate", "{'steps':2,'parameters':{'steps':3}}"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).getString("error"))
                .isEqualTo("steps: given twice (expected: once, with the parameters or beside them)");
        assertThat(generator.waitingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/generate", "/generate_stream"})
    void anIdThatWouldComeBackWithEveryFrameIsShort(String path) throws Exception {
        HttpResponse<byte[]> response = send(post(MODEL + path, "{'id':'" + "x".repeat(257) + "'}"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).getString("error")).isEqualTo("id: 257 characters (expected: at most 256)");
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void framesOfAStreamAreDataOfOneLineEach() throws Exception {
        CompletableFuture<SseReader> opening = CompletableFuture.supplyAsync(() -> {
            try {
                return SseReader.open(
                        client, post(MODEL + "/generate_stream", "{'steps':3}").build());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        ScriptedStream stream = generator.stream();
        assertThat(generator.request().preview()).isEqualTo(PreviewKind.EXACT);
        StepPlan plan = stream.accepted().plan();
        stream.emit(ScriptedGenerator.stepped(0, 1, plan, picture(9)))
                .emit(ScriptedGenerator.shortened(ScriptedGenerator.stepped(0, 2, plan, picture(8))))
                .emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

        try (SseReader events = opening.get(10, TimeUnit.SECONDS)) {
            List<SseReader.Event> all = events.rest();
            assertThat(events.response().statusCode()).isEqualTo(200);
            assertThat(all).hasSize(3);
            assertThat(all.get(0).json().getInteger("step")).isOne();
            assertThat(all.get(0).json().getBoolean("shortened")).isFalse();
            assertThat(all.get(1).json().getBoolean("shortened")).isTrue();
            assertThat(all.get(0).json().getInteger("total_steps")).isEqualTo(3);
            assertThat(all.get(0).json().getString("resume_token")).isEqualTo("step 1");
            assertThat(Base64.getDecoder().decode(all.get(0).json().getString("image")))
                    .isEqualTo(picture(9));
            assertThat(all.get(2).json().getString("error")).startsWith("the deadline passed");
            assertThat(all.get(2).json().fieldNames()).containsExactlyInAnyOrder("error", "error_code");
        }
    }

    @Test
    void aFailureBehindAFrameHasItsStatusAndSaysHowToGoOn() throws Exception {
        var answer = sending(post(MODEL + "/generate_stream", "{}"));
        ScriptedStream stream = generator.stream();
        stream.emit(ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), picture(9)))
                .emit(new GenerationEvent.Failed(new Failure.Unavailable("going", Duration.ofMillis(1500), "step 1")));

        String body = new String(answer.get(10, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8);
        assertThat(new JsonObject(body.substring(body.lastIndexOf("data: ") + 6)))
                .isEqualTo(new JsonObject()
                        .put("error", "going")
                        .put("error_code", 503)
                        .put("retry_after_ms", 1500)
                        .put("resume_token", "step 1"));
    }

    @Test
    void aFailureBeforeTheFirstFrameHasAStatus() throws Exception {
        var answer = sending(post(MODEL + "/generate_stream", "{}"));
        generator.stream().emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/infer", "/generate", "/generate_stream"})
    void aClientThatLeavesFreesWhatItAskedFor(String path) throws Exception {
        var answer = sending(post(MODEL + path, "{}"));
        ScriptedStream stream = generator.stream();

        answer.cancel(true);

        stream.cancelled().get(10, TimeUnit.SECONDS);
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
