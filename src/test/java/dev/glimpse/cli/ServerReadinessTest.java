package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.GrpcJava;
import glimpse.wire.inference.ServerReadyRequest;
import glimpse.wire.inference.ServerReadyResponse;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every way to ask whether a server is ready has the same answer. */
@Timeout(60)
class ServerReadinessTest {
    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> CHECK = GrpcJava.method(
            MethodType.UNARY, "grpc.health.v1.Health/Check", HealthCheckRequest.parser(), HealthCheckResponse.parser());
    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> WATCH = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "grpc.health.v1.Health/Watch",
            HealthCheckRequest.parser(),
            HealthCheckResponse.parser());
    private static final MethodDescriptor<ServerReadyRequest, ServerReadyResponse> READY = GrpcJava.method(
            MethodType.UNARY,
            "inference.GRPCInferenceService/ServerReady",
            ServerReadyRequest.parser(),
            ServerReadyResponse.parser());
    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "glimpse.v1.Glimpse/Generate",
            GenerateRequest.parser(),
            GenerateEvent.parser());

    @TempDir
    Path directory;

    @Test
    void aFullQueueIsToldAtEveryDoor() throws Exception {
        try (ObservedServer server = new ObservedServer(
                        directory.resolve("models"),
                        "limits.max-count=1000",
                        "limits.max-nfe=100000",
                        "scheduler.max-queued-nfe=1000000",
                        "health.full-queue=0.001");
                GrpcJava open = new GrpcJava(server.port());
                GrpcJava watcher = new GrpcJava(server.port());
                GrpcJava admin = new GrpcJava(URI.create(server.adminUrl()).getPort())) {
            assertThat(answers(server, open, admin)).containsOnly(true);
            GrpcJava.Call<HealthCheckRequest, HealthCheckResponse> watching =
                    watcher.ask(WATCH, HealthCheckRequest.getDefaultInstance(), CallOptions.DEFAULT);
            watching.first().get();

            GrpcJava.Call<GenerateRequest, GenerateEvent> filling =
                    open.open(GENERATE, CallOptions.DEFAULT, new Metadata());
            filling.sending()
                    .sendMessage(GenerateRequest.newBuilder()
                            .setSteps(64)
                            .setCount(1000)
                            .build());
            filling.sending().halfClose();
            filling.first().get();
            assertThat(answers(server, open, admin)).containsOnly(false);
            server.await(scrape -> watcher.received() == 2);

            filling.sending().cancel("enough", null);
            server.await(scrape -> watcher.received() == 3);
            assertThat(answers(server, open, admin)).containsOnly(true);
            watching.sending().cancel("enough", null);
            assertThat(watching.outcome().messages())
                    .extracting(HealthCheckResponse::getStatus)
                    .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING);
        }
    }

    private static List<Boolean> answers(ObservedServer server, GrpcJava open, GrpcJava admin) throws Exception {
        return List.of(
                server.admin("/readyz").statusCode() == 200,
                server.open("/v2/health/ready", "accept", "*/*").statusCode() == 200,
                open.ask(READY, ServerReadyRequest.getDefaultInstance(), CallOptions.DEFAULT)
                        .outcome()
                        .messages()
                        .get(0)
                        .getReady(),
                serving(open),
                serving(admin));
    }

    private static boolean serving(GrpcJava client) throws Exception {
        return client.ask(CHECK, HealthCheckRequest.getDefaultInstance(), CallOptions.DEFAULT)
                        .outcome()
                        .messages()
                        .get(0)
                        .getStatus()
                == ServingStatus.SERVING;
    }
}
