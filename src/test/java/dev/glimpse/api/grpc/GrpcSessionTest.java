package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Interpolate;
import glimpse.wire.v1.Pause;
import glimpse.wire.v1.Refine;
import glimpse.wire.v1.Resume;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.Stop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcSessionTest extends GrpcSessionFixture {
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
                        "a",
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
    void everythingHasTheTimeThatIsLeftOfTheCall() throws Exception {
        open(Optional.of("40S"));
        ScriptedStream refined = accepted("a");
        Duration first = generator.request().timeout().orElseThrow();
        assertThat(first).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(40));
        send(id("b").setEdit(EditRequest.newBuilder()
                .setGenerate(GenerateRequest.newBuilder().setCount(2))
                .setInterpolate(Interpolate.newBuilder().setToSeed(1))));
        assertThat(next().getEventCase()).isEqualTo(EventCase.ACCEPTED);
        Duration second = generator.request().timeout().orElseThrow();
        assertThat(second).isPositive().isLessThan(first);
        send(id("c").setStart(GenerateRequest.newBuilder().setResumeToken("abc")));
        assertThat(next().getEventCase()).isEqualTo(EventCase.ACCEPTED);
        Duration third = generator.resumed().timeout().orElseThrow();
        assertThat(third).isPositive().isLessThan(second);
        refined.emit(finished());
        assertThat(next().getEventCase()).isEqualTo(EventCase.FINISHED);
        send(id("d").setRefine(Refine.newBuilder().setOf("a")));
        assertThat(next().getEventCase()).isEqualTo(EventCase.ACCEPTED);
        assertThat(generator.resumed().timeout().orElseThrow()).isPositive().isLessThan(third);
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
    void closedSideEndsWhatIsPaused() throws Exception {
        ScriptedStream stream = accepted("a");
        send(id("a").setPause(Pause.getDefaultInstance()));
        assertThat(next().getEventCase()).isEqualTo(EventCase.PAUSED);

        client.await(() -> call.end());

        assertAbandoned(stream);
    }

    @Test
    void closedSideEndsWhatCannotGoOnAsItsClientAsked() throws Exception {
        ScriptedStream stream = accepted("a");
        Promise<Optional<Failure>> room = Promise.promise();
        stream.answerProceeding(room.future());
        send(id("a").setPause(Pause.getDefaultInstance()));
        assertThat(next().getEventCase()).isEqualTo(EventCase.PAUSED);
        send(id("a").setResume(Resume.getDefaultInstance()));
        send(id("b"));
        assertThat(next().getEventCase()).isEqualTo(EventCase.FAILED);
        client.await(() -> call.end());

        room.complete(Optional.of(new Failure.LimitReached("id", "full")));

        SessionEvent refused = next();
        assertThat(refused.getId()).isEmpty();
        assertThat(refused.getFailed().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
        assertThat(refused.getFailed().getDetails(0).unpack(ErrorInfo.class))
                .isEqualTo(ErrorInfo.newBuilder()
                        .setDomain("glimpse.dev")
                        .setReason("LIMIT_REACHED")
                        .putMetadata("id", "a")
                        .build());
        assertAbandoned(stream);
    }

    private void assertAbandoned(ScriptedStream stream) throws Exception {
        SessionEvent end = next();
        assertThat(end.getId()).isEqualTo("a");
        assertThat(end.getFailed().getCode()).isEqualTo(Code.CANCELLED_VALUE);
        assertThat(end.getFailed().getMessage()).startsWith("paused when the client closed its side");
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(stream.cancelled()).isCompleted();
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

    @Test
    void fieldOfANewerContractBesideATokenEndsNothing() throws Exception {
        ScriptedStream neighbour = accepted("a");
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        send(id("b").setStart(GenerateRequest.newBuilder().setResumeToken("abc").setUnknownFields(newer)));
        SessionEvent resumed = next();
        assertThat(resumed.getId()).isEqualTo("b");
        assertThat(resumed.getEventCase()).isEqualTo(EventCase.ACCEPTED);
        neighbour.emit(finished());
        assertThat(next().getId()).isEqualTo("a");
    }
}
