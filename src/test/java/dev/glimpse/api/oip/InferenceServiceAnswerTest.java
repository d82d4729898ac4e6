package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.math.StepPlan;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import glimpse.wire.inference.ModelInferResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the one answer to a call holds. */
@Timeout(60)
class InferenceServiceAnswerTest extends InferenceServiceFixture {
    @Test
    void oneAnswerHoldsEveryPictureInItsPlace() throws Exception {
        var answer = inferring(request()
                .setId("mine")
                .addInputs(steps(3))
                .addInputs(input("count", "INT32", 1)
                        .setContents(InferTensorContents.newBuilder().addIntContents(2)))
                .build());
        ScriptedStream stream = generator.stream();
        finish(stream, 2);

        ModelInferResponse response =
                answer.get(10, TimeUnit.SECONDS).messages().get(0);
        assertThat(response.getId()).isEqualTo("mine");
        assertThat(response.getModelName()).isEqualTo(MODEL);
        assertThat(response.getModelVersion()).isEqualTo("1");
        assertThat(response.getOutputsList())
                .extracting(ModelInferResponse.InferOutputTensor::getName)
                .containsExactly("image", "labels", "seed", "nfe", "plan");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 4L, 6L, 1L);
        assertThat(response.getRawOutputContents(0).toByteArray())
                .startsWith(picture(1))
                .endsWith(picture(2));
        assertThat(response.getRawOutputContents(1).toByteArray()).containsExactly(0, 0, 0, 0, 1, 0, 0, 0);
        assertThat(response.getRawOutputContents(3).toByteArray()).containsExactly(6, 0, 0, 0);
        assertThat(response.getOutputs(4).getShapeList()).containsExactly(3L, 4L);
        assertThat(response.getRawOutputContents(4))
                .isEqualTo(littleEndian(
                        3 * 4 * Double.BYTES,
                        bytes -> stream.accepted()
                                .plan()
                                .steps()
                                .forEach(step -> bytes.putDouble(step.t())
                                        .putDouble(step.s())
                                        .putDouble(step.nextT())
                                        .putDouble(step.noiseStd()))));
    }

    @Test
    void onlyTheOutputsThatAreWantedAreSent() throws Exception {
        var answer = inferring(request()
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("nfe"))
                .build());
        finish(generator.stream(), 1);

        ModelInferResponse response =
                answer.get(10, TimeUnit.SECONDS).messages().get(0);
        assertThat(response.getOutputsList())
                .extracting(ModelInferResponse.InferOutputTensor::getName)
                .containsExactly("nfe");
        assertThat(response.getRawOutputContentsCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerTellsWhetherAPictureTookFewerStepsThanAskedFor(boolean shortened) throws Exception {
        var answer = inferring(request()
                .putParameters("quality", text("flexible"))
                .putParameters("count", number(2))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("nfe"))
                .build());
        ScriptedStream stream = generator.stream();
        StepPlan plan = stream.accepted().plan();
        GenerationEvent.Stepped second = ScriptedGenerator.stepped(1, shortened ? 2 : plan.nfe(), plan, picture(2));
        stream.emit(ScriptedGenerator.stepped(0, plan.nfe(), plan, picture(1)))
                .emit(shortened ? ScriptedGenerator.shortened(second) : second)
                .emit(new GenerationEvent.Finished(6, 0, 1));

        assertThat(answer.get(10, TimeUnit.SECONDS).messages().get(0).getParametersMap())
                .containsExactly(Map.entry("shortened", flag(shortened)));
    }
}
