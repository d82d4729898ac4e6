package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.Pause;
import glimpse.wire.v1.Refine;
import glimpse.wire.v1.Resume;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.SessionRequest;
import glimpse.wire.v1.Stop;
import io.vertx.core.Future;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcSessionTest {
    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final DoorServer server = new DoorServer(generator);
    private final WireClient client = new WireClient(server.port());
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private GrpcClientRequest<SessionRequest, SessionEvent> call;

    @BeforeEach
    void open() throws Exception {
        call = client.await(() -> client.request(GlimpseGrpcClient.Session)
                .onSuccess(opened -> opened.response()
                        .onFailure(status::completeExceptionally)
                        .onSuccess(response -> {
                            response.handler(events::add);
                            response.exceptionHandler(status::completeExceptionally);
                            response.endHandler(v -> status.complete(response.status().code));
                        })));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    private void send(SessionRequest.Builder request) throws Exception {
        client.await(() -> call.write(request.build()));
    }

    private SessionEvent next() throws InterruptedException {
        SessionEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within 10 s").isNotNull();
        return event;
    }

    private static SessionRequest.Builder id(String id) {
        return SessionRequest.newBuilder().setId(id);
    }

    private static SessionRequest.Builder start(String id) {
        return id(id).setStart(GenerateRequest.newBuilder().setSteps(2));
    }

    private ScriptedStream accepted(String id) throws Exception {
        send(start(id));
        SessionEvent event = next();
        assertThat(event.getId()).isEqualTo(id);
        assertThat(event.getEventCase()).isEqualTo(EventCase.ACCEPTED);
        return generator.stream();
    }

    private static GenerationEvent finished() {
        return new GenerationEvent.Finished(2, 0, 1);
    }

    @Test
    void severalGenerationsRunOverOneCall() throws Exception {
        ScriptedStream first = accepted("a");
        ScriptedStream second = accepted("b");
        second.emit(ScriptedGenerator.stepped(0, 1, ScriptedGenerator.plan(2), new byte[] {7}));
        SessionEvent step = next();
        assertThat(step.getId()).isEqualTo("b");
        assertThat(step.getStep().getImage().byteAt(0)).isEqualTo((byte) 7);
        assertThat(step.getStep().getResumeToken()).isEqualTo("step 1");
        first.emit(finished());
        assertThat(next().getId()).isEqualTo("a");
        second.emit(finished());
        assertThat(next().getEventCase()).isEqualTo(EventCase.FINISHED);
    }

    @Test
    void stopEndsOneGenerationAndNoOther() throws Exception {
        ScriptedStream stopped = accepted("a");
        ScriptedStream other = accepted("b");
        send(id("a").setStop(Stop.getDefaultInstance()));
        SessionEvent end = next();
        assertThat(end.getId()).isEqualTo("a");
        assertThat(end.getFailed().getCode()).isEqualTo(Code.CANCELLED_VALUE);
        assertThat(stopped.cancelled()).isCompleted();
        other.emit(finished());
        assertThat(next().getId()).isEqualTo("b");
        assertThat(other.cancelled()).isNotCompleted();
    }

    @Test
    void pausedGenerationGoesOnWhenItIsResumed() throws Exception {
        ScriptedStream stream = accepted("a");
        send(id("a").setPause(Pause.getDefaultInstance()));
        assertThat(next().getEventCase()).isEqualTo(EventCase.PAUSED);
        assertThat(stream.pauses()).isEqualTo(1);
        send(id("a").setResume(Resume.getDefaultInstance()));
        assertThat(next().getEventCase()).isEqualTo(EventCase.RESUMED);
        assertThat(stream.pauses()).isZero();
    }

    @Test
    void refinementReachesTheSessionThatKnowsTheRequest() throws Exception {
        accepted("a").emit(finished());
        OpenSession session = generator.opened();
        next();
        send(id("b").setRefine(Refine.newBuilder()
                .setOf("a")
                .setFromStep(1)
                .setTime(4)
                .setBranches(3)
                .setSteps(2)));
        assertThat(next().getId()).isEqualTo("b");
        assertThat(session.refinements().take())
                .isEqualTo(new RefineRequest(
                        "r-1",
                        new Refinement(
                                0,
                                1,
                                OptionalDouble.of(4),
                                3,
                                PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 2)),
                        PreviewKind.EXACT,
                        ImageFormat.PNG,
                        Optional.empty()));
    }

    @Test
    void whatCannotBeDoneIsRefusedAndTheSessionGoesOn() throws Exception {
        ScriptedStream stream = accepted("a");
        send(id("").setStop(Stop.getDefaultInstance()));
        assertThat(next().getFailed().getMessage()).isEqualTo("id: 0 characters (expected: 1..64)");
        send(id("b"));
        assertThat(next().getFailed().getMessage()).startsWith("action: absent or unknown");
        send(start("a"));
        SessionEvent taken = next();
        // With the id it would be the end of the one that runs.
        assertThat(taken.getId()).isEmpty();
        assertThat(taken.getFailed().getMessage()).contains("one that no running generation has");
        send(id("b").setRefine(Refine.newBuilder().setOf("nothing")));
        assertThat(next().getFailed().getMessage()).startsWith("of: nothing");
        stream.emit(finished());
        assertThat(next().getEventCase()).isEqualTo(EventCase.FINISHED);
    }

    @Test
    void fieldThatIsRefusedIsNamedByItsPathInTheMessage() throws Exception {
        GenerateRequest.Builder wrong = GenerateRequest.newBuilder().setGamma(-1);
        send(id("a").setStart(wrong));
        assertThat(refusedField()).isEqualTo("start.gamma");
        send(id("a").setEdit(EditRequest.newBuilder().setGenerate(wrong)));
        assertThat(refusedField()).isEqualTo("edit.generate.gamma");
        send(id("b").setRefine(Refine.newBuilder().setOf("nothing")));
        assertThat(refusedField()).isEqualTo("refine.of");
        send(id("c"));
        assertThat(refusedField()).isEqualTo("action");
    }

    private String refusedField() throws Exception {
        SessionEvent refused = next();
        assertThat(refused.getFailed().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        return refused.getFailed()
                .getDetails(0)
                .unpack(BadRequest.class)
                .getFieldViolations(0)
                .getField();
    }

    @Test
    void sessionRunsNoMoreGenerationsThanItMay() throws Exception {
        for (int i = 0; i < DoorServer.MAX_GENERATIONS; i++) {
            accepted("g" + i);
        }
        send(start("one more"));
        SessionEvent refused = next();
        assertThat(refused.getId()).isEqualTo("one more");
        assertThat(refused.getFailed().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
    }

    @Test
    void closedSideLetsWhatRunsComeToItsEnd() throws Exception {
        ScriptedStream stream = accepted("a");
        client.await(() -> call.end());
        stream.emit(finished());
        assertThat(next().getEventCase()).isEqualTo(EventCase.FINISHED);
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
        generator.opened().closed().get(10, TimeUnit.SECONDS);
        assertThat(stream.cancelled()).isNotCompleted();
    }

    @Test
    void sessionThatIsResetStopsAllItRunsAndIsForgotten() throws Exception {
        ScriptedStream first = accepted("a");
        ScriptedStream second = accepted("b");
        client.await(() -> Future.<Void>succeededFuture().onSuccess(v -> call.cancel()));
        first.cancelled().get(10, TimeUnit.SECONDS);
        second.cancelled().get(10, TimeUnit.SECONDS);
        generator.opened().closed().get(10, TimeUnit.SECONDS);
        assertThat(generator.waitingRequests()).isEqualTo(2);
    }

    @Test
    void tokenGoesOnInASessionAndInACall() throws Exception {
        send(id("a").setStart(GenerateRequest.newBuilder().setResumeToken("abc")));
        assertThat(next().getEventCase()).isEqualTo(EventCase.ACCEPTED);
        assertThat(generator.resumed()).isEqualTo(new ResumeRequest("abc", Optional.empty()));
        generator.stream();
        WireClient.Outcome<?> outcome = client.generate(
                GenerateRequest.newBuilder().setResumeToken("abc").setSteps(3).build());
        assertThat(outcome.details().getMessage())
                .isEqualTo("resume_token: with steps (expected: no other field, as it says all)");
    }
}
