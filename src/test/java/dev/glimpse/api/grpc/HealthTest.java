package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
    private DoorServer server;
    private WireClient client;

    @BeforeEach
    void open() {
        server = new DoorServer(PlayedGenerator.playing());
        client = new WireClient(server.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "glimpse.v1.Glimpse"})
    void aNameServesExactlyWhenTheServerIsReady(String service) throws Exception {
        server.ready(false);
        assertThat(check(service).messages())
                .extracting(HealthCheckResponse::getStatus)
                .containsExactly(ServingStatus.NOT_SERVING);

        server.ready(true);
        assertThat(check(service).messages())
                .extracting(HealthCheckResponse::getStatus)
                .containsExactly(ServingStatus.SERVING);
    }

    @Test
    void anUnknownNameIsNotFound() throws Exception {
        assertThat(check("other").code()).isEqualTo(GrpcStatus.NOT_FOUND.code);
    }

    @Test
    void aWatcherLearnsTheStatusAtOnceAndAfterEveryChange() throws Exception {
        server.ready(false);
        BlockingQueue<ServingStatus> statuses = watch("");
        assertThat(statuses.poll(30, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);

        server.ready(true);
        assertThat(statuses.poll(30, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

        server.ready(false);
        assertThat(statuses.poll(30, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aWatcherOfAnUnknownNameIsToldSo() throws Exception {
        assertThat(watch("other").poll(30, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }

    private WireClient.Outcome<HealthCheckResponse> check(String service) throws Exception {
        return client.call(method("Check"), request(service));
    }

    private BlockingQueue<ServingStatus> watch(String service) throws Exception {
        BlockingQueue<ServingStatus> statuses = new LinkedBlockingQueue<>();
        client.await(() -> {
            Promise<Void> open = Promise.promise();
            client.request(method("Watch"))
                    .compose(call -> call.send(request(service)))
                    .onFailure(open::fail)
                    .onSuccess(response -> {
                        response.handler(answer -> statuses.add(answer.getStatus()));
                        open.complete();
                    });
            return open.future();
        });
        return statuses;
    }

    private static HealthCheckRequest request(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }

    private static ServiceMethod<HealthCheckResponse, HealthCheckRequest> method(String name) {
        return ServiceMethod.client(
                ServiceName.create("grpc.health.v1.Health"),
                name,
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(HealthCheckResponse.newBuilder()));
    }
}
