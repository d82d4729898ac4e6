package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.websocket.TestClient.Received;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebSocketDoorTest extends WebSocketDoorFixture {
    private static final byte[] IMAGE = {1, 2, 3, (byte) 200};

    @Test
    void everyFieldOfAGenerateMessageReachesTheCore() throws Exception {
        connect()
                .send(
                        "{\"type\":\"generate\",\"id\":\"g1\",\"model\":\"shapes\",\"model_version\":\"1\","
                                + "\"class\":\"disc\",\"steps\":3,\"gamma\":0.25,\"sampler\":\"gamma\",\"count\":2,"
                                + "\"seed\":\"18446744073709551615\",\"preview\":\"free\",\"format\":\"raw_u8\",\"timeout_ms\":30000}");

        assertThat(generator.request())
                .isEqualTo(new GenerationRequest(
                        "shapes",
                        "1",
                        OptionalLong.of(-1),
                        2,
                        Optional.of(new ClassLabel.Name("disc", "class")),
                        PlanRequest.of(Optional.of(Sampler.GAMMA), OptionalDouble.of(0.25), 3),
                        PreviewKind.FREE,
                        ImageFormat.RAW_U8,
                        Optional.of(Duration.ofSeconds(30)),
                        Quality.FIXED,
                        true));
    }

    @Test
    void generateMessageNeedsNothingButItsId() throws Exception {
        connect().send("{\"type\":\"generate\",\"id\":\"g1\",\"class\":null}");

        assertThat(generator.request())
                .isEqualTo(new GenerationRequest(
                        "",
                        "",
                        OptionalLong.empty(),
                        1,
                        Optional.empty(),
                        PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 4),
                        PreviewKind.EXACT,
                        ImageFormat.PNG,
                        Optional.empty(),
                        Quality.FIXED,
                        true));
    }

    @Test
    void acceptedTellsThePlanTheSeedTheLabelsAndThePictureSize() throws Exception {
        TestClient client = connect();
        client.send("{\"type\":\"generate\",\"id\":\"g1\",\"steps\":1,\"count\":2}");

        assertThat(client.next().json())
                .isEqualTo(new JsonObject()
                        .put("type", "accepted")
                        .put("id", "g1")
                        .put("request_id", "r-1")
                        .put("model", "shapes")
                        .put("model_version", "1")
                        .put("seed", "18446744073709551615")
                        .put("labels", new JsonArray().add(0).add(1))
                        .put("sampler", "exact")
                        .put("gamma", 0.0)
                        .put(
                                "steps",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("t", 80.0)
                                                .put("s", 0.002)
                                                .put("next_t", 0.002)
                                                .put("noise_std", 0.0)
                                                .put("from_t", 80.0)
                                                .put("kind", "jump")))
                        .put("preview", "exact")
                        .put("format", "png")
                        .put("width", 6)
                        .put("height", 4)
                        .put("channels", 1)
                        .put("label_names", new JsonArray(List.of("Disc", "Ring", "Cross")))
                        .put("from_step", 0)
                        .put("quality", "fixed")
                        .put("shortened", false)
                        .put("deterministic", true)
                        .put("cached", false)
                        .put("resume_token", "begin"));
    }

    @Test
    void stepIsOneBinaryMessageWithItsHeaderAndThePictureBytes() throws Exception {
        TestClient client = connect();
        client.generate("g1", 2);
        generator.stream().emit(ScriptedGenerator.stepped(0, 2, ScriptedGenerator.plan(2), IMAGE));
        client.next();

        Received step = client.next();

        assertThat(step.image().getBytes()).isEqualTo(IMAGE);
        assertThat(step.json())
                .isEqualTo(new JsonObject()
                        .put("type", "step")
                        .put("id", "g1")
                        .put("sample", 0)
                        .put("step", 2)
                        .put("last", true)
                        .put("t", ScriptedGenerator.plan(2).steps().get(1).t())
                        .put("s", 0.002)
                        .put("nfe", 2)
                        .put("batch_rows", 8)
                        .put("forward_micros", 1500)
                        .put("elapsed_micros", 3000)
                        .put("kind", "exact")
                        .put("format", "png")
                        .put("shortened", false)
                        .put("resume_token", "step 2"));
    }

    @Test
    void finishedEndsAGenerationAndFreesItsId() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        generator.stream().emit(new GenerationEvent.Finished(9, 2, 5_000_000));
        client.next();

        assertThat(client.next().json())
                .isEqualTo(new JsonObject()
                        .put("type", "finished")
                        .put("id", "g1")
                        .put("nfe", 9)
                        .put("frames_skipped", 2)
                        .put("elapsed_micros", 5000));
        client.generate("g1", 1);
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    /** What JSON.stringify makes of a character that slice cut in two. */
    @Test
    void anIdOfHalfACharacterComesBackInEveryMessage() throws Exception {
        TestClient client = connect();
        client.send("{\"type\":\"generate\",\"id\":\"\\ud83d\",\"steps\":1}");
        ScriptedStream stream = generator.stream();
        assertThat(client.next().id()).isEqualTo("\ud83d");

        stream.emit(ScriptedGenerator.stepped(0, 1, ScriptedGenerator.plan(1), IMAGE));
        assertThat(client.next().id()).isEqualTo("\ud83d");
        stream.emit(new GenerationEvent.Finished(1, 0, 1));
        assertThat(client.next().id()).isEqualTo("\ud83d");
    }

    @Test
    void generationsOnOneSocketAreToldApartByTheirIds() throws Exception {
        TestClient client = connect();
        client.generate("a", 1);
        ScriptedStream first = generator.stream();
        client.generate("b", 1);
        ScriptedStream second = generator.stream();
        client.next();
        client.next();

        second.emit(ScriptedGenerator.stepped(0, 1, ScriptedGenerator.plan(1), IMAGE));
        assertThat(client.next().id()).isEqualTo("b");
        first.emit(new GenerationEvent.Finished(1, 0, 1));
        assertThat(client.next().id()).isEqualTo("a");
        second.emit(new GenerationEvent.Finished(1, 0, 1));
        assertThat(client.next().id()).isEqualTo("b");
    }

    @Test
    void cancelStopsItsGenerationAndNoOther() throws Exception {
        TestClient client = connect();
        client.generate("a", 1);
        ScriptedStream first = generator.stream();
        client.generate("b", 1);
        ScriptedStream second = generator.stream();
        client.next();
        client.next();

        client.cancel("a");

        first.cancelled().get(10, TimeUnit.SECONDS);
        assertThat(client.next().json())
                .isEqualTo(new JsonObject()
                        .put("type", "failed")
                        .put("id", "a")
                        .put("code", "cancelled")
                        .put("message", "cancelled by the client"));
        assertThat(second.cancelled().isDone()).isFalse();
    }

    @Test
    void cancelThatComesBeforeTheCoreAnsweredStopsTheGenerationAllTheSame() throws Exception {
        Promise<Submission> answer = Promise.promise();
        generator.answer(request -> answer.future());
        TestClient client = connect();
        client.generate("a", 1);
        client.cancel("a");
        client.send("{}");
        assertThat(client.next().json().getString("field")).isEqualTo("type");

        ScriptedStream stream =
                new ScriptedStream(ScriptedGenerator.accepted(generator.request(), ScriptedGenerator.MODEL));
        answer.complete(new Submission.Admitted(stream));

        stream.cancelled().get(10, TimeUnit.SECONDS);
        assertThat(client.next().type()).isEqualTo("accepted");
        assertThat(client.next().json().getString("code")).isEqualTo("cancelled");
    }

    @Test
    void cancelOfAnIdThatDoesNotRunIsNoError() throws Exception {
        TestClient client = connect();
        client.cancel("gone");
        client.generate("g1", 1);

        assertThat(client.next().type()).isEqualTo("accepted");
    }
}
