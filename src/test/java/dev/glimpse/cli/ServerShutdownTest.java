package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.GrpcJava;
import dev.glimpse.testing.LogLines;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Pause;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.SessionRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees of a whole server that is stopped, and what is logged of it. */
@Timeout(60)
class ServerShutdownTest {
    private static final MethodDescriptor<SessionRequest, SessionEvent> SESSION = GrpcJava.method(
            MethodType.BIDI_STREAMING, "glimpse.v1.Glimpse/Session", SessionRequest.parser(), SessionEvent.parser());

    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> WATCH = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "grpc.health.v1.Health/Watch",
            HealthCheckRequest.parser(),
            HealthCheckResponse.parser());
    private static final HealthCheckResponse NOT_SERVING = HealthCheckResponse.newBuilder()
            .setStatus(ServingStatus.NOT_SERVING)
            .build();

    @TempDir
    Path directory;

    @Test
    void aSessionThatRunsNothingEndsWithAStatus() throws Exception {
        GrpcJava.Outcome<SessionEvent> session =
                stopWith(id("a").setStart(GenerateRequest.newBuilder().setSteps(1_000_000)));

        assertThat(session.messages()).extracting(SessionEvent::getEventCase).containsExactly(EventCase.FAILED);
        assertThat(session.status().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(session.status().getDescription()).isEqualTo("the server ends this connection; connect again");
    }

    @Test
    void aSessionThatRunsSomethingEndsBehindIt() throws Exception {
        GrpcJava.Outcome<SessionEvent> session = stopWith(
                id("a").setStart(GenerateRequest.newBuilder().setSteps(64)),
                id("a").setPause(Pause.getDefaultInstance()));

        assertThat(session.messages())
                .extracting(SessionEvent::getEventCase)
                .last()
                .isIn(EventCase.FINISHED, EventCase.FAILED);
        assertThat(session.status().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(session.status().getDescription()).isEqualTo("the server ends this connection; connect again");
    }

    @Test
    void aWatcherAtTheAdminPortIsToldThatTheServerServesNoMoreAndThenToConnectAgain() throws Exception {
        ObservedServer server = new ObservedServer(directory.resolve("models"));
        try (GrpcJava client = new GrpcJava(URI.create(server.adminUrl()).getPort())) {
            GrpcJava.Call<HealthCheckRequest, HealthCheckResponse> watch =
                    client.ask(WATCH, HealthCheckRequest.getDefaultInstance(), CallOptions.DEFAULT);
            assertThat(watch.first().get(30, TimeUnit.SECONDS).getStatus()).isEqualTo(ServingStatus.SERVING);

            server.close();

            assertThat(watch.outcome().messages()).last().isEqualTo(NOT_SERVING);
            assertThat(watch.outcome().status().getCode()).isEqualTo(Code.UNAVAILABLE);
            assertThat(watch.outcome().status().getDescription())
                    .isEqualTo("the server ends this connection; connect again");
        }
    }

    /** How a session goes whose server is stopped after the first answer; logs no error. */
    private GrpcJava.Outcome<SessionEvent> stopWith(SessionRequest.Builder... asked) throws Exception {
        try (LogLines log = new LogLines("io.vertx")) {
            ObservedServer server = new ObservedServer(directory.resolve("models"), "server.shutdown-grace=1s");
            GrpcJava client = new GrpcJava(server.port());
            try (client) {
                GrpcJava.Call<SessionRequest, SessionEvent> session =
                        client.open(SESSION, CallOptions.DEFAULT, new Metadata());
                for (SessionRequest.Builder request : asked) {
                    session.sending().sendMessage(request.build());
                }
                session.first().get(30, TimeUnit.SECONDS);
                server.close();
                assertThat(log.soFar()).noneMatch(line -> line.startsWith("ERROR"));
                return session.outcome();
            }
        }
    }

    private static SessionRequest.Builder id(String id) {
        return SessionRequest.newBuilder().setId(id);
    }
}
