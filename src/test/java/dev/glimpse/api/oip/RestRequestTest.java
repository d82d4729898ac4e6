package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.StepPlan;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for requests of both kinds, of inference and of generation. */
@Timeout(60)
class RestRequestTest extends RestFixture {
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

    @ParameterizedTest
    @ValueSource(strings = {"/infer", "/generate", "/generate_stream"})
    void aClientThatLeavesFreesWhatItAskedFor(String path) throws Exception {
        var answer = sending(post(MODEL + path, "{}"));
        ScriptedStream stream = generator.stream();

        answer.cancel(true);

        stream.cancelled().get(10, TimeUnit.SECONDS);
    }
}
