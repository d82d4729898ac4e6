package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelDirectory;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import glimpse.wire.reflection.v1.ServiceResponse;
import glimpse.wire.v1.AdminGrpcClient;
import glimpse.wire.v1.AdminProto;
import glimpse.wire.v1.DrainRequest;
import glimpse.wire.v1.GetLogLevelRequest;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.LoadModelRequest;
import glimpse.wire.v1.LoadModelResponse;
import glimpse.wire.v1.LogLevel;
import glimpse.wire.v1.Model;
import glimpse.wire.v1.ModelState;
import glimpse.wire.v1.ModelVersion;
import glimpse.wire.v1.SetDefaultVersionRequest;
import glimpse.wire.v1.SetLogLevelRequest;
import glimpse.wire.v1.SetLogLevelResponse;
import glimpse.wire.v1.UnloadModelRequest;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's door behind a real socket, with models that are really loaded. */
class AdminDoorTest {
    private static final ModelDirectory BUILT_IN = ModelDirectory.builtIn();
    private static final String NAME = BUILT_IN.name();
    private static final int FRAME_HEADER = 5;

    private final RecordedOperations operations = new RecordedOperations();
    private LiveService live;
    private HttpServer server;
    private WireClient client;

    @BeforeEach
    void open() throws Exception {
        live = new LiveService();
        operations.loaded(
                live.service(), new ShelfKeeper(live.vertx(), live.service().shelf(), AdminDoorTest::find));
        AdminDoor door = new AdminDoor(live.vertx(), operations, () -> true, DoorServer.MAX_MESSAGE_BYTES);
        server = live.vertx()
                .createHttpServer()
                .requestHandler(door::handle)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        client = new WireClient(server.actualPort());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        live.close();
    }

    private static Optional<ModelSource> find(String name, String version) {
        if (version.equals("torn")) {
            throw new IllegalStateException("weights: torn (expected: whole)");
        }
        return version.equals("2")
                ? Optional.of(new ModelSource(
                        name, version, BUILT_IN.config().spec(), worker -> BUILT_IN.load(ComputeDevice.cpu())))
                : Optional.empty();
    }

    @Test
    void versionsAreLoadedPreferredAndUnloaded() throws Exception {
        Model loaded = load("2").messages().get(0).getModel();
        assertThat(loaded.getVersionsList())
                .extracting(ModelVersion::getVersion, ModelVersion::getState)
                .containsExactly(
                        tuple("1", ModelState.MODEL_STATE_SERVING), tuple("2", ModelState.MODEL_STATE_SERVING));
        assertThat(loaded.getDefaultVersion()).isEqualTo("1");

        Model preferred = client.call(
                        AdminGrpcClient.SetDefaultVersion,
                        SetDefaultVersionRequest.newBuilder()
                                .setModel(NAME)
                                .setVersion("2")
                                .build())
                .messages()
                .get(0)
                .getModel();
        assertThat(preferred.getDefaultVersion()).isEqualTo("2");

        Outcome<?> unloaded = unload("1");
        assertThat(unloaded.code()).isEqualTo(GrpcStatus.OK.code);
        assertThat(live.service().models()).extracting(model -> model.version()).containsExactly("2");
    }

    @Test
    void whatCannotBeDoneHasItsStatusAndItsReason() throws Exception {
        assertRefused(load("7"), GrpcStatus.NOT_FOUND, "MODEL_NOT_FOUND");
        assertRefused(load("1"), GrpcStatus.ALREADY_EXISTS, "MODEL_ALREADY_HERE");
        assertRefused(load("torn"), GrpcStatus.FAILED_PRECONDITION, "MODEL_UNLOADABLE");
        assertRefused(load(""), GrpcStatus.INVALID_ARGUMENT, "INVALID_FIELD");
        assertRefused(unload("7"), GrpcStatus.NOT_FOUND, "MODEL_NOT_FOUND");
        assertRefused(unload("1"), GrpcStatus.FAILED_PRECONDITION, "LAST_MODEL");
    }

    @Test
    void whyAVersionIsBrokenIsForOperatorsAlone() throws Exception {
        load("torn");
        Model told = client.call(AdminGrpcClient.ListModels, ListModelsRequest.getDefaultInstance())
                .messages()
                .get(0)
                .getModels(0);
        assertThat(told.getVersions(1).getState()).isEqualTo(ModelState.MODEL_STATE_BROKEN);
        assertThat(told.getVersions(1).getReason()).isEqualTo("weights: torn (expected: whole)");

        Model toClients = new WireModels(live.service().versions(), false).all().get(0);
        assertThat(toClients.getVersions(1))
                .isEqualTo(told.getVersions(1).toBuilder().clearReason().build());
    }

    @Test
    void untilTheModelsAreThereTheyCannotBeChangedButThereIsAnEnd() throws Exception {
        operations.unloaded();
        Outcome<?> refused = load("2");
        assertRefused(refused, GrpcStatus.UNAVAILABLE, "UNAVAILABLE");
        assertThat(refused.details().getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
        assertThat(drain()).isEqualTo(RecordedOperations.GRACE.toMillis());
    }

    @Test
    void drainIsBegunOnceForEveryCallAndTellsTheGrace() throws Exception {
        assertThat(drain()).isEqualTo(RecordedOperations.GRACE.toMillis());
        assertThat(drain()).isEqualTo(RecordedOperations.GRACE.toMillis());
        assertThat(operations.drains()).isEqualTo(2);
    }

    @Test
    void logLevelIsToldAndChanged() throws Exception {
        assertThat(level()).isEqualTo(LogLevel.LOG_LEVEL_INFO);
        SetLogLevelResponse changed = client.call(AdminGrpcClient.SetLogLevel, levelled(LogLevel.LOG_LEVEL_DEBUG))
                .messages()
                .get(0);
        assertThat(changed.getLevel()).isEqualTo(LogLevel.LOG_LEVEL_DEBUG);
        assertThat(changed.getPrevious()).isEqualTo(LogLevel.LOG_LEVEL_INFO);
        assertThat(level()).isEqualTo(LogLevel.LOG_LEVEL_DEBUG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, -1})
    void levelThatThereIsNotIsRefused(int number) throws Exception {
        Outcome<?> outcome = client.call(
                AdminGrpcClient.SetLogLevel,
                SetLogLevelRequest.newBuilder().setLevelValue(number).build());
        assertRefused(outcome, GrpcStatus.INVALID_ARGUMENT, "INVALID_FIELD");
        assertThat(outcome.details().getMessage()).startsWith("level: " + number + " (expected: ");
        assertThat(level()).isEqualTo(LogLevel.LOG_LEVEL_INFO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc-web+proto", "application/grpc-web-text", "application/grpc+proto"})
    void whatABrowserCanSendDoesNothing(String contentType) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/glimpse.v1.Admin/Drain"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(new byte[5]))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isBetween(400, 599);
        assertThat(operations.drains()).isZero();
    }

    @Test
    void healthAndReflectionAreServedBesideIt() throws Exception {
        ServerReflectionRequest question =
                ServerReflectionRequest.newBuilder().setListServices("").build();
        String path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
        byte[] body = client.finish(client.open(path, Map.of()), WireClient.frame(false, question.toByteArray()))
                .messages()
                .get(0);
        ServerReflectionResponse answer =
                ServerReflectionResponse.parseFrom(Arrays.copyOfRange(body, FRAME_HEADER, body.length));
        assertThat(answer.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactly("glimpse.v1.Admin", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
        Outcome<byte[]> health = client.finish(
                client.open("/grpc.health.v1.Health/Check", Map.of()), WireClient.frame(false, new byte[0]));
        assertThat(health.code()).isEqualTo(GrpcStatus.OK.code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "glimpse.v1.Admin", "glimpse.v1.Glimpse", "inference.GRPCInferenceService"})
    void healthKnowsTheServicesOfBothPorts(String service) throws Exception {
        HealthCheckRequest question =
                HealthCheckRequest.newBuilder().setService(service).build();
        byte[] body = client.finish(
                        client.open("/grpc.health.v1.Health/Check", Map.of()),
                        WireClient.frame(false, question.toByteArray()))
                .messages()
                .get(0);

        assertThat(HealthCheckResponse.parseFrom(Arrays.copyOfRange(body, FRAME_HEADER, body.length))
                        .getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void everyMethodOfTheContractIsServed() throws Exception {
        for (MethodDescriptor method :
                AdminProto.getDescriptor().findServiceByName("Admin").getMethods()) {
            Outcome<byte[]> outcome = client.finish(
                    client.open("/glimpse.v1.Admin/" + method.getName(), Map.of()),
                    WireClient.frame(false, new byte[0]));
            assertThat(outcome.code()).as(method.getName()).isNotEqualTo(GrpcStatus.UNIMPLEMENTED.code);
        }
    }

    private Outcome<LoadModelResponse> load(String version) throws Exception {
        return client.call(
                AdminGrpcClient.LoadModel,
                LoadModelRequest.newBuilder().setModel(NAME).setVersion(version).build());
    }

    private Outcome<?> unload(String version) throws Exception {
        return client.call(
                AdminGrpcClient.UnloadModel,
                UnloadModelRequest.newBuilder()
                        .setModel(NAME)
                        .setVersion(version)
                        .build());
    }

    private long drain() throws Exception {
        return client.call(AdminGrpcClient.Drain, DrainRequest.getDefaultInstance())
                .messages()
                .get(0)
                .getGraceMillis();
    }

    private LogLevel level() throws Exception {
        return client.call(AdminGrpcClient.GetLogLevel, GetLogLevelRequest.getDefaultInstance())
                .messages()
                .get(0)
                .getLevel();
    }

    private static SetLogLevelRequest levelled(LogLevel level) {
        return SetLogLevelRequest.newBuilder().setLevel(level).build();
    }

    private static void assertRefused(Outcome<?> outcome, GrpcStatus status, String reason) throws Exception {
        assertThat(outcome.code()).as("%s", outcome.details()).isEqualTo(status.code);
        List<Any> infos = outcome.details().getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .toList();
        assertThat(infos).hasSize(1);
        assertThat(infos.get(0).unpack(ErrorInfo.class).getReason()).isEqualTo(reason);
    }
}
