package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Knots;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What inputs and parameters become in the request that the core is asked for. */
@Timeout(60)
class InferenceServiceInputTest extends InferenceServiceFixture {
    @Test
    void inputsAreFieldsInEitherOfTheirForms() throws Exception {
        long seed = 0xfedc_ba98_7654_3210L;
        var contents = inferring(request()
                .setModelVersion("1")
                .addInputs(input("seed", "UINT64", 1)
                        .setContents(InferTensorContents.newBuilder().addUint64Contents(seed)))
                .addInputs(steps(3))
                .addInputs(input("gamma", "FP32", 1, 1)
                        .setContents(InferTensorContents.newBuilder().addFp32Contents(0.5f)))
                .addInputs(input("class_name", "BYTES", 1)
                        .setContents(
                                InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8("Ring"))))
                .addInputs(input("knots", "FP64", 2)
                        .setContents(InferTensorContents.newBuilder().addFp64Contents(80)))
                .build());
        // Two elements were announced and one came.
        assertThat(contents.get(10, TimeUnit.SECONDS).message())
                .isEqualTo("knots: 1 elements (expected: 2, as its shape says)");

        var raw = inferring(request()
                .addInputs(input("seed", "UINT64", 1))
                .addInputs(input("count", "INT64", 1))
                .addInputs(input("class_name", "BYTES", 1))
                .addInputs(input("knots", "FP64", 2))
                .addInputs(input("deterministic", "BOOL", 1))
                .addRawInputContents(littleEndian(8, bytes -> bytes.putLong(seed)))
                .addRawInputContents(littleEndian(8, bytes -> bytes.putLong(2)))
                .addRawInputContents(littleEndian(
                        8, bytes -> bytes.putInt(4).put("Ring".getBytes(StandardCharsets.UTF_8))))
                .addRawInputContents(
                        littleEndian(16, bytes -> bytes.putDouble(80).putDouble(0.002)))
                .addRawInputContents(littleEndian(1, bytes -> bytes.put((byte) 0)))
                .build());
        GenerationRequest request = generator.request();
        generator.stream().emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));
        assertThat(raw.get(10, TimeUnit.SECONDS).code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        assertThat(request.seed()).hasValue(seed);
        assertThat(request.count()).isEqualTo(2);
        assertThat(request.label()).contains(new ClassLabel.Name("Ring"));
        assertThat(request.plan().steps()).isOne();
        assertThat(request.deterministic()).isFalse();
        assertThat(request.format()).isEqualTo(ImageFormat.RAW_U8);
        assertThat(request.preview()).isEqualTo(PreviewKind.NONE);
    }

    @Test
    void numbersOfASmallTypeAreTakenUpToItsLast() throws Exception {
        var answer = inferring(request()
                .addInputs(input("steps", "INT8", 1)
                        .setContents(InferTensorContents.newBuilder().addIntContents(127)))
                .addInputs(input("count", "UINT8", 1)
                        .setContents(InferTensorContents.newBuilder().addUintContents(255)))
                .addInputs(input("seed", "UINT32", 1)
                        .setContents(InferTensorContents.newBuilder().addUintContents(-1)))
                .build());
        GenerationRequest request = generator.request();
        generator.stream().emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

        assertThat(answer.get(10, TimeUnit.SECONDS).code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        assertThat(request.plan().steps()).isEqualTo(127);
        assertThat(request.count()).isEqualTo(255);
        assertThat(request.seed()).hasValue(0xffff_ffffL);
    }

    @Test
    void realInputsMayBeHalves() throws Exception {
        var answer = inferring(request()
                .addInputs(input("gamma", "FP16", 1))
                .addInputs(input("knots", "BF16", 2))
                .addRawInputContents(littleEndian(2, bytes -> bytes.putShort((short) 0x3800)))
                .addRawInputContents(littleEndian(4, bytes -> bytes.putInt(0x3b03_42a0)))
                .build());
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).code()).isZero();
        assertThat(request.plan().gamma()).hasValue(0.5);
        assertThat(request.plan().knots()).isEqualTo(new Knots.Times(List.of(80.0, 0.0019989013671875)));
    }

    @Test
    void parametersAreFieldsTooAndTheTimeoutIsInMicroseconds() throws Exception {
        var answer = inferring(request()
                .putParameters(
                        "steps", InferParameter.newBuilder().setInt64Param(2).build())
                .putParameters(
                        "sampler",
                        InferParameter.newBuilder().setStringParam("cm").build())
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(1_500_000).build())
                .putParameters(
                        "priority",
                        InferParameter.newBuilder().setUint64Param(1).build())
                .putParameters(
                        "triton_enable_empty_final_response",
                        InferParameter.newBuilder().setBoolParam(true).build())
                .build());
        GenerationRequest request = generator.request();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).code()).isZero();
        assertThat(request.plan().steps()).isEqualTo(2);
        assertThat(request.timeout()).contains(Duration.ofMillis(1500));
    }

    @Test
    void parametersOfTensorsThatClientsSendEverywhereChangeNothing() throws Exception {
        // As KServe's client does of an input with raw contents.
        var answer = inferring(request()
                .addInputs(
                        steps(3).putParameters("binary_data_size", number(4)).putParameters("content_type", text("np")))
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("nfe")
                        .putParameters("binary_data", flag(true))
                        .putParameters("content_type", text("np")))
                .build());
        assertThat(generator.request().plan().steps()).isEqualTo(3);
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).code()).isZero();
    }
}
