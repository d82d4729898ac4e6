package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.SseReader;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.math.StepPlan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation, answered with all pictures at once or with a stream of frames. */
@Timeout(60)
class RestGenerateTest extends RestFixture {
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
}
