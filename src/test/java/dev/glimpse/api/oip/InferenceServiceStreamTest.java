package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.StepPlan;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import glimpse.wire.inference.ModelInferResponse;
import glimpse.wire.inference.ModelStreamInferResponse;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of requests: the frames they are answered with, and how they and their requests end. */
@Timeout(60)
class InferenceServiceStreamTest extends InferenceServiceFixture {
    @Test
    void everyFrameOfAStreamIsAnAnswerAndTheLastOneSaysSo() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request().setId("a").addInputs(steps(2)).build());
        ScriptedStream stream = generator.stream();
        assertThat(generator.request().preview()).isEqualTo(PreviewKind.EXACT);
        StepPlan plan = stream.accepted().plan();
        stream.emit(ScriptedGenerator.stepped(0, 1, plan, picture(1)))
                .emit(ScriptedGenerator.stepped(0, 2, plan, picture(2)))
                .emit(new GenerationEvent.Finished(2, 0, 1));

        ModelInferResponse first = exchange.next().getInferResponse();
        ModelInferResponse second = exchange.next().getInferResponse();
        exchange.end();

        assertThat(first.getId()).isEqualTo("a");
        assertThat(first.getOutputs(0).getShapeList()).containsExactly(1L, 4L, 6L, 1L);
        assertThat(first.getRawOutputContents(0).toByteArray()).isEqualTo(picture(1));
        assertThat(first.getParametersMap().get("step").getInt64Param()).isOne();
        assertThat(first.getParametersMap().get("total_steps").getInt64Param()).isEqualTo(2);
        assertThat(first.getParametersMap().get("preview").getStringParam()).isEqualTo("exact");
        assertThat(first.getParametersMap().get("resume_token").getStringParam())
                .isEqualTo("step 1");
        assertThat(first.getParametersMap().get("triton_final_response").getBoolParam())
                .isFalse();
        assertThat(second.getParametersMap().get("triton_final_response").getBoolParam())
                .isTrue();
        assertThat(exchange.status()).isZero();
    }

    @Test
    void framesTellWhetherTheirPictureTookFewerStepsThanAskedFor() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request()
                .putParameters("quality", text("flexible"))
                .addInputs(steps(4))
                .build());
        ScriptedStream stream = generator.stream();
        StepPlan plan = stream.accepted().plan();
        stream.emit(ScriptedGenerator.stepped(0, 1, plan, picture(1)))
                .emit(ScriptedGenerator.shortened(ScriptedGenerator.stepped(0, 2, plan, picture(2))))
                .emit(new GenerationEvent.Finished(2, 0, 1));

        assertThat(exchange.next().getInferResponse().getParametersMap()).containsEntry("shortened", flag(false));
        assertThat(exchange.next().getInferResponse().getParametersMap())
                .containsEntry("shortened", flag(true))
                .containsEntry("step", number(2))
                .containsEntry("total_steps", number(4));
        exchange.end();
        assertThat(exchange.status()).isZero();
    }

    @Test
    void aRequestOfAStreamHasTheTimeThatIsLeftOfTheCall() throws Exception {
        Duration call = Duration.ofSeconds(40);
        var exchange = client.exchange(false, "40S");
        exchange.send(request().build());
        assertThat(generator.request().timeout())
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(call));
        exchange.send(request().putParameters("timeout", number(2_000_000)).build());
        assertThat(generator.request().timeout()).contains(Duration.ofSeconds(2));
        exchange.send(request().putParameters("timeout", number(60_000_000)).build());
        finish(generator.stream(), 1);
        assertThat(generator.request().timeout())
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(call));
        exchange.cancel();
    }

    @Test
    void aFailureInAStreamIsToldByItsIdAndTheOthersGoOn() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request().setId("wrong").addInputs(steps(0)).build());
        ModelStreamInferResponse failure = exchange.next();
        exchange.send(request().setId("right").build());
        finish(generator.stream(), 1);
        ModelStreamInferResponse success = exchange.next();
        exchange.end();

        assertThat(failure.getErrorMessage()).isEqualTo("steps: 0 (expected: at least 1)");
        assertThat(failure.getInferResponse().getId()).isEqualTo("wrong");
        assertThat(success.getErrorMessage()).isEmpty();
        assertThat(success.getInferResponse().getId()).isEqualTo("right");
        assertThat(exchange.status()).isZero();
    }

    @Test
    void aFailureInAStreamHasItsStatusAndSaysHowToGoOn() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request().addInputs(steps(0)).build());
        assertThat(exchange.next().getInferResponse().getParametersMap())
                .isEqualTo(Map.of("triton_final_response", flag(true), "error_code", number(3)));

        exchange.send(request().build());
        generator.stream()
                .emit(new GenerationEvent.Failed(new Failure.Unavailable("going", Duration.ofSeconds(1), "newest")));
        assertThat(exchange.next().getInferResponse().getParametersMap())
                .isEqualTo(Map.of(
                        "triton_final_response",
                        flag(true),
                        "error_code",
                        number(14),
                        "retry_after_ms",
                        number(1000),
                        "resume_token",
                        text("newest")));

        generator.answer(asked ->
                Future.succeededFuture(new Submission.Refused(new Failure.Overloaded(Duration.ofMillis(120)))));
        exchange.send(request().setId("busy").build());
        ModelStreamInferResponse busy = exchange.next();
        assertThat(busy.getErrorMessage()).isEqualTo("the queue is full; try again in 120 ms");
        assertThat(busy.getInferResponse().getId()).isEqualTo("busy");
        assertThat(busy.getInferResponse().getParametersMap())
                .isEqualTo(Map.of(
                        "triton_final_response", flag(true), "error_code", number(14), "retry_after_ms", number(120)));
        exchange.end();
        assertThat(exchange.status()).isZero();
    }

    @Test
    void anOutputThatIsNamedTwiceIsRefusedInAStreamToo() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request()
                .setId("wrong")
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("image"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("image"))
                .build());
        ModelStreamInferResponse failure = exchange.next();
        exchange.end();

        assertThat(failure.getErrorMessage()).isEqualTo("outputs: image given twice (expected: each once)");
        assertThat(failure.getInferResponse().getId()).isEqualTo("wrong");
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void aStreamOfAServerThatShutsDownEndsBehindWhatItRuns() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request().setId("running").build());
        ScriptedStream running = generator.stream();
        server.shutDown();
        exchange.send(request().setId("wrong").addInputs(steps(0)).build());
        assertThat(exchange.next().getInferResponse().getId()).isEqualTo("wrong");

        finish(running, 1);

        assertThat(exchange.next().getInferResponse().getId()).isEqualTo("running");
        assertThat(exchange.status()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
    }

    @Test
    void aStrictClientGetsTheFirstFailureAsItsStatus() throws Exception {
        var exchange = client.exchange(true);
        exchange.send(request().build());
        ScriptedStream running = generator.stream();
        exchange.send(request().addInputs(steps(0)).build());

        assertThat(exchange.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        running.cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aStreamsRequestsBehindItsBoundWaitForTheirTurn() throws Exception {
        var exchange = client.exchange(false);
        for (int i = 0; i < InferenceServer.MAX_REQUESTS + 1; i++) {
            exchange.send(request().setId("r" + i).build());
        }
        exchange.end();
        List<ScriptedStream> first = List.of(generator.stream(), generator.stream());
        // The third is not read before one of the others has ended.
        finish(first.get(1), 1);
        assertThat(exchange.next().getInferResponse().getId()).isEqualTo("r1");
        finish(generator.stream(), 1);
        assertThat(exchange.next().getInferResponse().getId()).isEqualTo("r2");
        finish(first.get(0), 1);
        assertThat(exchange.next().getInferResponse().getId()).isEqualTo("r0");
        assertThat(exchange.status()).isZero();
    }

    @Test
    void aClientThatCancelsItsStreamFreesAllThatRuns() throws Exception {
        var exchange = client.exchange(false);
        exchange.send(request().build());
        exchange.send(request().build());
        ScriptedStream one = generator.stream();
        ScriptedStream other = generator.stream();

        exchange.cancel();

        one.cancelled().get(10, TimeUnit.SECONDS);
        other.cancelled().get(10, TimeUnit.SECONDS);
    }
}
