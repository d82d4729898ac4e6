package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.QuotaLedger;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.ModelConfigRequest;
import glimpse.wire.inference.ModelMetadataRequest;
import glimpse.wire.inference.ModelMetadataResponse;
import glimpse.wire.inference.ModelReadyRequest;
import glimpse.wire.inference.RepositoryIndexRequest;
import glimpse.wire.inference.ServerLiveRequest;
import glimpse.wire.inference.ServerMetadataRequest;
import glimpse.wire.inference.ServerReadyRequest;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import glimpse.wire.reflection.v1.ServiceResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server and its models tell of themselves, and to whom. */
@Timeout(60)
class InferenceServiceStateTest extends InferenceServiceFixture {
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

    private boolean ready() throws Exception {
        return client.call(GRPCInferenceServiceGrpcClient.ServerReady, ServerReadyRequest.getDefaultInstance())
                .messages()
                .get(0)
                .getReady();
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
