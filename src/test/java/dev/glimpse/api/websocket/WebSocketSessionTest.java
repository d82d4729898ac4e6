package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.websocket.TestClient.Received;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebSocketSessionTest extends WebSocketDoorFixture {
    @Test
    void tokenGoesOnWithWhatWasBegunElsewhere() throws Exception {
        TestClient client = connect();
        client.send("{\"type\":\"generate\",\"id\":\"g1\",\"resume_token\":\"abc\",\"timeout_ms\":500}");
        assertThat(generator.resumed()).isEqualTo(new ResumeRequest("abc", Optional.of(Duration.ofMillis(500))));
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void tokenStandsAlone() throws Exception {
        TestClient client = connect();
        client.send("{\"type\":\"generate\",\"id\":\"g1\",\"resume_token\":\"abc\",\"steps\":4}");
        assertThat(client.next().json().getString("field")).isEqualTo("steps");
    }

    @Test
    void endedGenerationIsRefinedUnderAnotherId() throws Exception {
        TestClient client = connect();
        OpenSession session = generator.opened();
        client.generate("g1", 2);
        generator.stream().emit(new GenerationEvent.Finished(2, 0, 1));
        client.next();
        assertThat(client.next().type()).isEqualTo("finished");
        client.send("{\"type\":\"refine\",\"id\":\"g2\",\"of\":\"g1\",\"sample\":1,\"from_step\":2,\"time\":3.5,"
                + "\"branches\":4,\"sampler\":\"gamma\",\"steps\":5,\"gamma\":0.25,\"preview\":\"free\","
                + "\"format\":\"raw_u8\"}");
        assertThat(client.next().id()).isEqualTo("g2");
        assertThat(session.refinements().take())
                .isEqualTo(new RefineRequest(
                        "r-1",
                        "g1",
                        new Refinement(
                                1,
                                2,
                                OptionalDouble.of(3.5),
                                4,
                                PlanRequest.of(Optional.of(Sampler.GAMMA), OptionalDouble.of(0.25), 5)),
                        PreviewKind.FREE,
                        ImageFormat.RAW_U8,
                        Optional.empty()));
    }

    @Test
    void whatIsNotOfThisSocketCannotBeRefined() throws Exception {
        TestClient client = connect();
        client.send("{\"type\":\"refine\",\"id\":\"g2\",\"of\":\"g1\"}");
        Received refused = client.next();
        assertThat(refused.id()).isEqualTo("g2");
        assertThat(refused.json().getString("message"))
                .isEqualTo("of: g1 (expected: the id of a generation of this session)");
    }

    @Test
    void generationIsPausedAndGoesOn() throws Exception {
        TestClient client = connect();
        client.generate("g1", 2);
        ScriptedStream stream = generator.stream();
        client.next();
        client.send("{\"type\":\"pause\",\"id\":\"g1\"}");
        assertThat(client.next().type()).isEqualTo("paused");
        assertThat(stream.pauses()).isEqualTo(1);
        client.send("{\"type\":\"resume\",\"id\":\"g1\"}");
        assertThat(client.next().type()).isEqualTo("resumed");
        assertThat(stream.pauses()).isZero();
        stream.emit(new GenerationEvent.Finished(2, 0, 1));
        assertThat(client.next().type()).isEqualTo("finished");
    }

    @Test
    void generationThatCannotGoOnIsNamedAndDoesNotEnd() throws Exception {
        TestClient client = connect();
        client.generate("g1", 2);
        ScriptedStream stream = generator.stream();
        client.next();
        client.send("{\"type\":\"pause\",\"id\":\"g1\"}");
        assertThat(client.next().type()).isEqualTo("paused");
        stream.answerProceeding(Future.succeededFuture(Optional.of(new Failure.Overloaded(Duration.ofMillis(120)))));
        client.send("{\"type\":\"resume\",\"id\":\"g1\"}");

        assertThat(client.next().json())
                .isEqualTo(new JsonObject()
                        .put("type", "failed")
                        .put("code", "resource_exhausted")
                        .put("message", "the queue is full; try again in 120 ms")
                        .put("retry_after_ms", 120)
                        .put("about", "g1"));
        stream.emit(new GenerationEvent.Finished(2, 0, 1));
        assertThat(client.next().type()).isEqualTo("finished");
    }

    @Test
    void sessionIsForgottenWithItsSocket() throws Exception {
        TestClient client = connect();
        OpenSession session = generator.opened();
        client.socket().close();
        session.closed().get(10, TimeUnit.SECONDS);
        assertThat(session.closed()).isCompleted();
    }
}
