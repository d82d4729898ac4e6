package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Submission;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Interpolate;
import glimpse.wire.v1.KnotTimes;
import glimpse.wire.v1.Refine;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.Stop;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session refuses, and how it goes on. */
@Timeout(60)
class GrpcSessionRefusalTest extends GrpcSessionFixture {
    @Test
    void whatCannotBeDoneIsRefusedAndTheSessionGoesOn() throws Exception {
        ScriptedStream stream = accepted("a");
        send(id("").setStop(Stop.getDefaultInstance()));
        assertThat(next().getFailed().getMessage()).isEqualTo("id: 0 characters (expected: 1..64)");
        send(id("b"));
        SessionEvent nothing = next();
        assertThat(nothing.getFailed().getMessage()).startsWith("action: absent or unknown");
        assertThat(nothing.getFailed().getDetails(1).unpack(ErrorInfo.class).getMetadataMap())
                .isEmpty();
        send(start("a"));
        SessionEvent taken = next();
        // With the id it would be the end of the one that runs.
        assertThat(taken.getId()).isEmpty();
        assertThat(taken.getFailed().getMessage()).contains("one that no running generation has");
        assertThat(taken.getFailed().getDetails(1).unpack(ErrorInfo.class).getMetadataMap())
                .isEqualTo(Map.of("id", "a"));
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
        send(id("b").setRefine(Refine.newBuilder().setOf("a").setKnotTimes(KnotTimes.getDefaultInstance())));
        assertThat(refusedField()).isEqualTo("refine.knot_times");
        send(id("c"));
        assertThat(refusedField()).isEqualTo("action");
    }

    @Test
    void requestUnderAnIdThatRunsIsRefusedByItsOwnPathAndForgotten() throws Exception {
        Promise<Submission> answer = Promise.promise();
        CompletableFuture<Context> context = new CompletableFuture<>();
        generator.answer(request -> {
            context.complete(Vertx.currentContext());
            return answer.future();
        });
        send(id("a").setEdit(EditRequest.newBuilder()
                .setGenerate(GenerateRequest.newBuilder().setSteps(2))
                .setInterpolate(Interpolate.newBuilder().setToSeed(1))));
        send(start("a"));
        assertThat(refusedField()).isEqualTo("id");
        send(id("a").setStart(GenerateRequest.newBuilder().setGamma(-1)));
        assertThat(refusedField()).isEqualTo("start.gamma");
        Failure later = new Failure.InvalidField("gamma", "gamma: refused later");
        context.get(10, TimeUnit.SECONDS).runOnContext(v -> answer.complete(new Submission.Refused(later)));
        assertThat(refusedField()).isEqualTo("edit.generate.gamma");
    }

    @Test
    void endOfAGenerationIsNotToldByARequestThatWasRefusedMeanwhile() throws Exception {
        ScriptedStream stream = accepted("a");
        send(start("a"));
        assertThat(refusedField()).isEqualTo("id");
        stream.emit(new GenerationEvent.Failed(new Failure.InvalidField("gamma", "gamma: refused late")));
        assertThat(refusedField()).isEqualTo("gamma");
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
}
