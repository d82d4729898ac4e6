package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Knots;
import dev.glimpse.math.StepPlan;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.InferTensorContents;
import glimpse.wire.inference.ModelConfigRequest;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferRequest.InferInputTensor;
import glimpse.wire.inference.ModelInferRequest.InferRequestedOutputTensor;
import glimpse.wire.inference.ModelInferResponse;
import glimpse.wire.inference.ModelMetadataRequest;
import glimpse.wire.inference.ModelMetadataResponse;
import glimpse.wire.inference.ModelReadyRequest;
import glimpse.wire.inference.ModelStreamInferResponse;
import glimpse.wire.inference.RepositoryIndexRequest;
import glimpse.wire.inference.ServerLiveRequest;
import glimpse.wire.inference.ServerMetadataRequest;
import glimpse.wire.inference.ServerReadyRequest;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import glimpse.wire.reflection.v1.ServiceResponse;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InferenceServiceTest {
    private static final String MODEL = ScriptedGenerator.MODEL.name();

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private InferenceServer server;
    private InferenceClient client;

    @BeforeEach
    void start() throws Exception {
        server = new InferenceServer(generator);
        client = new InferenceClient(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static byte[] picture(int value) {
        int size = ScriptedGenerator.MODEL.height() * ScriptedGenerator.MODEL.width();
        byte[] pixels = new byte[size];
        Arrays.fill(pixels, (byte) value);
        return pixels;
    }

    private static ByteString littleEndian(int size, Consumer<ByteBuffer> filling) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        filling.accept(bytes);
        return ByteString.copyFrom(bytes.array());
    }

    private static InferInputTensor.Builder input(String name, String type, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(type);
        for (long dimension : shape) {
            input.addShape(dimension);
        }
        return input;
    }

    private static InferInputTensor.Builder steps(int steps) {
        return input("steps", "INT32", 1)
                .setContents(InferTensorContents.newBuilder().addIntContents(steps));
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private static InferParameter flag(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }

    private static ModelInferRequest.Builder request() {
        return ModelInferRequest.newBuilder().setModelName(MODEL);
    }

    @Test
    void theServerTellsWhatItIsAndWhetherItIsReady() throws Exception {
        assertThat(client.call(GRPCInferenceServiceGrpcClient.ServerLive, ServerLiveRequest.getDefaultInstance())
                        .messages()
                        .get(0)
                        .getLive())
                .isTrue();
        assertThat(ready()).isTrue();
        server.ready.set(false);
        assertThat(ready()).isFalse();
        var metadata = client.call(
                        GRPCInferenceServiceGrpcClient.ServerMetadata, ServerMetadataRequest.getDefaultInstance())
                .messages()
                .get(0);
        assertThat(metadata.getName()).isEqualTo("glimpse");
        assertThat(metadata.getVersion()).isEqualTo("1.2.3");
        assertThat(metadata.getExtensionsList()).contains("binary_tensor_data").doesNotContain("statistics");
    }

    @Test
    void healthAndReflectionKnowTheService() throws Exception {
        String name = GRPCInferenceServiceGrpcClient.ModelInfer.serviceName().fullyQualifiedName();
        ServiceMethod<HealthCheckResponse, HealthCheckRequest> check = ServiceMethod.client(
                ServiceName.create("grpc.health.v1.Health"),
                "Check",
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(HealthCheckResponse.newBuilder()));
        assertThat(client.call(
                                check,
                                HealthCheckRequest.newBuilder().setService(name).build())
                        .messages())
                .extracting(HealthCheckResponse::getStatus)
                .containsExactly(HealthCheckResponse.ServingStatus.SERVING);
        assertThat(client.call(
                                check,
                                HealthCheckRequest.newBuilder()
                                        .setService("other")
                                        .build())
                        .message())
                .isEqualTo("service: other (expected: none for the whole server, or one of glimpse.v1.Glimpse, " + name
                        + ")");
        ServiceMethod<ServerReflectionResponse, ServerReflectionRequest> list = ServiceMethod.client(
                ServiceName.create("grpc.reflection.v1.ServerReflection"),
                "ServerReflectionInfo",
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(ServerReflectionResponse.newBuilder()));
        assertThat(client.call(
                                list,
                                ServerReflectionRequest.newBuilder()
                                        .setListServices("")
                                        .build())
                        .messages()
                        .get(0)
                        .getListServicesResponse()
                        .getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(name);
    }

    private boolean ready() throws Exception {
        return client.call(GRPCInferenceServiceGrpcClient.ServerReady, ServerReadyRequest.getDefaultInstance())
                .messages()
                .get(0)
                .getReady();
    }

    @Test
    void aModelTellsItsTensorsAndThatOneRequestHasManyAnswers() throws Exception {
        ModelMetadataResponse metadata = client.call(
                        GRPCInferenceServiceGrpcClient.ModelMetadata,
                        ModelMetadataRequest.newBuilder().setName(MODEL).build())
                .messages()
                .get(0);
        assertThat(metadata.getVersionsList()).containsExactly("1");
        assertThat(metadata.getInputsList())
                .extracting(ModelMetadataResponse.TensorMetadata::getName)
                .contains("seed", "steps", "class_index", "gamma");
        assertThat(metadata.getOutputs(0).getName()).isEqualTo("image");
        assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, 4L, 6L, 1L);
        var config = client.call(
                        GRPCInferenceServiceGrpcClient.ModelConfig,
                        ModelConfigRequest.newBuilder().setName(MODEL).build())
                .messages()
                .get(0)
                .getConfig();
        assertThat(config.getModelTransactionPolicy().getDecoupled()).isTrue();
        assertThat(config.getInputList()).allSatisfy(input -> {
            assertThat(input.getOptional()).isTrue();
            assertThat(input.getDataTypeValue()).isPositive();
        });
        var index = client.call(
                        GRPCInferenceServiceGrpcClient.RepositoryIndex, RepositoryIndexRequest.getDefaultInstance())
                .messages()
                .get(0);
        assertThat(index.getModels(0).getState()).isEqualTo("READY");
    }

    @Test
    void modelsAreInNoRepositoryThatHasAName() throws Exception {
        var index = client.call(
                GRPCInferenceServiceGrpcClient.RepositoryIndex,
                RepositoryIndexRequest.newBuilder().setRepositoryName("mine").build());

        assertThat(index.code()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
        assertThat(index.message())
                .isEqualTo("repository_name: mine (expected: none, as this server knows its models by no repository)");
    }

    @Test
    void aModelThatIsNotServedIsNotReadyAndNotFound() throws Exception {
        var ready = client.call(
                GRPCInferenceServiceGrpcClient.ModelReady,
                ModelReadyRequest.newBuilder().setName(MODEL).setVersion("7").build());
        assertThat(ready.messages().get(0).getReady()).isFalse();
        var metadata = client.call(
                GRPCInferenceServiceGrpcClient.ModelMetadata,
                ModelMetadataRequest.newBuilder().setName("none").build());
        assertThat(metadata.code()).isEqualTo(GrpcStatus.NOT_FOUND.code);
        assertThat(metadata.message()).isEqualTo("model: none (expected: one of shapes/1)");
    }

    private CompletableFuture<InferenceClient.Outcome<ModelInferResponse>> inferring(ModelInferRequest request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.call(GRPCInferenceServiceGrpcClient.ModelInfer, request);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void finish(ScriptedStream stream, int count) {
        StepPlan plan = stream.accepted().plan();
        // In no order, as trajectories end when they end.
        for (int sample = count - 1; sample >= 0; sample--) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, picture(sample + 1)));
        }
        stream.emit(new GenerationEvent.Finished(plan.nfe() * count, 0, 1));
    }

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

    @Test
    void whoHasNoKeyLearnsOnlyThatTheServerLives() throws Exception {
        Entrance closed = new Entrance(
                new Gate(List.of(), Anonymity.NEVER), new QuotaLedger(), caller -> generator, System::nanoTime);
        try (InferenceServer guarded = new InferenceServer(closed);
                InferenceClient stranger = new InferenceClient(guarded.port())) {
            assertThat(stranger.call(GRPCInferenceServiceGrpcClient.ServerLive, ServerLiveRequest.getDefaultInstance())
                            .code())
                    .isZero();
            assertThat(stranger.call(
                                    GRPCInferenceServiceGrpcClient.ModelInfer,
                                    request().build())
                            .code())
                    .isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
            assertThat(stranger.call(
                                    GRPCInferenceServiceGrpcClient.RepositoryIndex,
                                    RepositoryIndexRequest.getDefaultInstance())
                            .code())
                    .isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
        }
    }
}
