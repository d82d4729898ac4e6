package dev.glimpse.api.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.LogLines;
import dev.glimpse.testing.RawHttp2;
import io.grpc.Status.Code;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.health.handler.GrpcHealthCheckV1Handler;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.server.GrpcServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose answer is a bug. */
@Timeout(60)
class StreamingCallTest {
    private static final byte[] EMPTY_MESSAGE = new byte[5];

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private volatile Error bug = new AssertionError("a case that nobody knows");
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        var terms = new CallTerms<>(new RequestParser<>(HealthCheckRequest.parser(), 1024), Optional.<Duration>empty());
        GrpcServer calls = GrpcServer.server(vertx);
        calls.callHandler(
                GrpcHealthCheckV1Handler.SERVICE_METHOD,
                request -> new StreamingCall<>(vertx, request, terms, OneRequest.then((message, call) -> {
                            call.onUnfinished(cleaned::countDown);
                            throw bug;
                        }))
                        .open());
        server = vertx.createHttpServer()
                .requestHandler(calls)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void anErrorInAnAnswerEndsTheCallAsABugDoes() throws Exception {
        assertEndsAsInternal();
    }

    @Test
    void soDoesOneOfTheVirtualMachineWhichGoesOnToWhoeverWatchesForIt() throws Exception {
        bug = new StackOverflowError();

        try (LogLines log = new LogLines("io.vertx.core")) {
            assertEndsAsInternal();
            assertThat(log.until("Unhandled exception")).isNotEmpty();
        }
    }

    private void assertEndsAsInternal() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.actualPort())) {
            int call = client.call("/grpc.health.v1.Health/Check", EMPTY_MESSAGE);

            assertThat(client.answer(call).status()).isEqualTo(Code.INTERNAL.value());
            assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
