package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.rpc.CallTerms;
import dev.glimpse.api.rpc.OneRequest;
import dev.glimpse.api.rpc.RequestParser;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.health.handler.GrpcHealthWatchV1Handler;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.server.GrpcServer;
import java.io.DataInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watchers whose connection would be taken for idle. */
@Timeout(60)
class HealthWatchTest {
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final byte[] ANY = WireClient.frame(false, new byte[0]).getBytes();

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        var answers = new HealthAnswers(vertx, Set.of(""), () -> true, Duration.ofMillis(1));
        var terms = new CallTerms<>(
                new RequestParser<>(HealthCheckRequest.parser(), DoorServer.MAX_MESSAGE_BYTES), Optional.empty());
        GrpcServer calls = GrpcServer.server(vertx);
        calls.callHandler(
                GrpcHealthWatchV1Handler.SERVICE_METHOD,
                request -> new StreamingCall<>(vertx, request, terms, OneRequest.then(answers::watch)).open());
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout((int) IDLE.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .requestHandler(calls)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void overGrpcWebAStatusIsToldAgainBeforeTheConnectionIsIdle() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/grpc.health.v1.Health/Watch"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/grpc-web+proto")
                .POST(HttpRequest.BodyPublishers.ofByteArray(ANY))
                .build();
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (DataInputStream in = new DataInputStream(response.body())) {
            // More of them than one each half second would be in the time that a silent connection has.
            for (int i = 0; i < 9; i++) {
                assertThat(in.readByte()).isZero();
                HealthCheckResponse answer = HealthCheckResponse.parseFrom(in.readNBytes(in.readInt()));
                assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
            }
        }
    }

    /** There the pings of HTTP/2 keep a connection, and the protocol promises a message for each change. */
    @Test
    void overGrpcItIsToldOnce() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.actualPort())) {
            int call = client.call("/grpc.health.v1.Health/Watch", ANY, "content-type", "application/grpc");
            client.awaitClose();

            assertThat(client.bytes(call, ANY.length).body()).hasSize(ANY.length + 2);
        }
    }
}
