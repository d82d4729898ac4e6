package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Submission;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a call that cannot be served is told why. */
@Timeout(60)
class InferenceServiceRefusalTest extends InferenceServiceFixture {
    static Stream<Arguments> wrongRequests() {
        return Stream.of(
                Arguments.of(request().addInputs(steps(0)), "steps: 0 (expected: at least 1)"),
                Arguments.of(
                        request().addInputs(input("steps", "INT32", 2)), "steps.shape: [2] (expected: one element)"),
                Arguments.of(
                        request().addInputs(input("knots", "FP64", 1L << 40, 1L << 40)),
                        "knots.shape: [1099511627776, 1099511627776] (expected: 0..4096 elements)"),
                Arguments.of(
                        request().addInputs(input("knots", "FP64", 64, 65)),
                        "knots.shape: [64, 65] (expected: 0..4096 elements)"),
                Arguments.of(
                        request().addInputs(input("knots", "FP64", -1)),
                        "knots.shape: [-1] (expected: 0..4096 elements)"),
                Arguments.of(
                        request().addInputs(input("steps", "FP8", 1)),
                        "steps.datatype: FP8 (expected: one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32,"
                                + " INT64, FP16, BF16, FP32, FP64, BYTES)"),
                Arguments.of(
                        request().addInputs(input("gamma", "FP16", 1)),
                        "gamma.contents: FP16 (expected: raw_input_contents, as the protocol has no others of this"
                                + " type)"),
                Arguments.of(
                        request()
                                .addInputs(input("steps", "FP64", 1)
                                        .setContents(
                                                InferTensorContents.newBuilder().addFp64Contents(2.5))),
                        "steps: 2.5 (expected: a whole number)"),
                Arguments.of(
                        request()
                                .addInputs(input("count", "UINT8", 1)
                                        .setContents(
                                                InferTensorContents.newBuilder().addUintContents(300))),
                        "count: 300 (expected: a whole number of type UINT8)"),
                Arguments.of(
                        request()
                                .addInputs(input("steps", "INT8", 1)
                                        .setContents(
                                                InferTensorContents.newBuilder().addIntContents(-129))),
                        "steps: -129 (expected: a whole number of type INT8)"),
                Arguments.of(
                        request()
                                .addInputs(input("steps", "INT16", 1)
                                        .setContents(
                                                InferTensorContents.newBuilder().addIntContents(1 << 15))),
                        "steps: 32768 (expected: a whole number of type INT16)"),
                Arguments.of(
                        request()
                                .addInputs(steps(1))
                                .addRawInputContents(ByteString.EMPTY)
                                .addRawInputContents(ByteString.EMPTY),
                        "raw_input_contents: 2 (expected: none, or one for each of the 1 inputs)"),
                Arguments.of(
                        request().addInputs(steps(1)).addRawInputContents(ByteString.EMPTY),
                        "steps.contents: given (expected: none beside raw_input_contents)"),
                Arguments.of(
                        request()
                                .addInputs(input("steps", "INT32", 1))
                                .addRawInputContents(ByteString.copyFrom(new byte[5])),
                        "steps: 5 bytes (expected: 1 elements of type INT32)"),
                Arguments.of(
                        request()
                                .addInputs(input("sampler", "BYTES", 1))
                                .addRawInputContents(littleEndian(4, bytes -> bytes.putInt(-1))),
                        "sampler: a string longer than its tensor (expected: 4 bytes of length before each string)"),
                Arguments.of(request().addInputs(steps(1)).addInputs(steps(2)), "steps: given twice (expected: once)"),
                Arguments.of(
                        request()
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName("picture")),
                        "outputs: picture (expected: of image, labels, seed, nfe, plan)"),
                Arguments.of(
                        request()
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName("image"))
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName("nfe"))
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName("image")),
                        "outputs: image given twice (expected: each once)"),
                Arguments.of(
                        request()
                                .putParameters(
                                        "sequence_id",
                                        InferParameter.newBuilder()
                                                .setInt64Param(1)
                                                .build()),
                        "sequence_id: 1 (expected: none, as no request depends on another one)"),
                Arguments.of(
                        request()
                                .addInputs(steps(1).putParameters("shared_memory_region", text("r")))
                                .addRawInputContents(ByteString.EMPTY)
                                .addRawInputContents(ByteString.EMPTY),
                        "steps.parameters.shared_memory_region: given (expected: none, as this server shares no memory"
                                + " with its clients)"),
                Arguments.of(
                        request()
                                .addOutputs(InferRequestedOutputTensor.newBuilder()
                                        .setName("image")
                                        .putParameters("shared_memory_byte_size", number(784))),
                        "image.parameters.shared_memory_byte_size: given (expected: none, as this server shares no memory"
                                + " with its clients)"),
                Arguments.of(
                        request()
                                .addOutputs(InferRequestedOutputTensor.newBuilder()
                                        .setName("labels")
                                        .putParameters("classification", number(3))),
                        "labels.parameters.classification: given (expected: none, as no output of this server is a list"
                                + " of scores)"),
                Arguments.of(
                        request().addInputs(steps(1).putParameters("binary_data", flag(true))),
                        "steps.parameters.binary_data: unknown parameter (expected: one of binary_data_size,"
                                + " content_type)"),
                Arguments.of(
                        request()
                                .addOutputs(InferRequestedOutputTensor.newBuilder()
                                        .setName("image")
                                        .putParameters("format", text("png"))),
                        "image.parameters.format: unknown parameter (expected: one of binary_data, content_type)"),
                Arguments.of(
                        request().putParameters("knots", text("80,0.002")),
                        "knots: 80,0.002 (expected: an input of type FP64)"),
                Arguments.of(request().setId("x".repeat(257)), "id: 257 characters (expected: at most 256)"));
    }

    @ParameterizedTest
    @MethodSource("wrongRequests")
    void whatCannotBeServedIsAnInvalidArgumentThatSaysWhy(ModelInferRequest.Builder request, String message)
            throws Exception {
        var outcome = client.call(GRPCInferenceServiceGrpcClient.ModelInfer, request.build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(outcome.message()).isEqualTo(message);
        assertThat(generator.waitingRequests()).isZero();
    }

    @Test
    void anUnknownInputIsNamed() throws Exception {
        var outcome = client.call(
                GRPCInferenceServiceGrpcClient.ModelInfer,
                request().addInputs(input("prompt", "BYTES", 1)).build());

        assertThat(outcome.message()).startsWith("prompt: unknown input (expected: one of seed, count, ");
    }

    static Stream<Arguments> wrongNames() {
        String name = "x".repeat(60_000);
        String told = "x".repeat(64) + "...";
        return Stream.of(
                Arguments.of(
                        request().addInputs(input(name, "BYTES", 1)), told + ": unknown input (expected: one of seed"),
                Arguments.of(request().addInputs(input("", "BYTES", 1)), "inputs: no name (expected: one of seed, "),
                Arguments.of(
                        request().putParameters(name, number(1)), told + ": unknown parameter (expected: one of seed"),
                Arguments.of(request().putParameters("", number(1)), "parameters: no name (expected: one of seed, "),
                Arguments.of(
                        request().putParameters(name, InferParameter.getDefaultInstance()),
                        told + ": none (expected: a value)"),
                Arguments.of(
                        request()
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName(name)),
                        "outputs: " + told + " (expected: of image, "),
                Arguments.of(
                        request().addOutputs(InferRequestedOutputTensor.getDefaultInstance()),
                        "outputs: no name (expected: of image, "),
                Arguments.of(
                        request().addInputs(input("steps", name, 1)), "steps.datatype: " + told + " (expected: one of"),
                Arguments.of(
                        request().addInputs(input("steps", "", 1)), "steps.datatype: none (expected: one of BOOL, "));
    }

    @ParameterizedTest
    @MethodSource("wrongNames")
    void aNameThatIsNoneIsToldInShort(ModelInferRequest.Builder request, String message) throws Exception {
        var outcome = client.call(GRPCInferenceServiceGrpcClient.ModelInfer, request.build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(outcome.message()).startsWith(message).hasSizeLessThan(500);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new Failure.Overloaded(Duration.ofSeconds(1)), GrpcStatus.UNAVAILABLE),
                Arguments.of(
                        new Failure.QuotaExceeded("t", "quota", Optional.of(Duration.ofSeconds(1))),
                        GrpcStatus.RESOURCE_EXHAUSTED),
                Arguments.of(new Failure.ModelNotFound("m", List.of("a")), GrpcStatus.NOT_FOUND),
                Arguments.of(new Failure.Unavailable("draining", Duration.ZERO), GrpcStatus.UNAVAILABLE));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalHasTheStatusThatClientsOfTritonKnow(Failure failure, GrpcStatus status) throws Exception {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));

        var outcome =
                client.call(GRPCInferenceServiceGrpcClient.ModelInfer, request().build());

        assertThat(outcome.code()).isEqualTo(status.code);
        assertThat(outcome.details().getCode()).isEqualTo(status.code);
        assertThat(outcome.message()).isEqualTo(failure.message());
    }
}
