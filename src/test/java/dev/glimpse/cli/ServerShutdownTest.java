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
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    /** Else a client, or a proxy before it, would send its next request over a connection that is closed. */
    @Test
    void anAnswerThatIsGivenWhileTheServerEndsSaysThatItsConnectionEnds() throws Exception {
        // With one event loop, what an idle connection sees of the end all others have seen.
        ObservedServer server =
                new ObservedServer(directory.resolve("models"), "server.event-loops=1", "server.shutdown-grace=20s");
        try (GrpcJava client = new GrpcJava(server.port());
                Socket asking = connect(server);
                Socket idle = connect(server)) {
            // Holds the server's end up until the others have been seen.
            var running = client.open(SESSION, CallOptions.DEFAULT, new Metadata());
            running.sending()
                    .sendMessage(id("a").setStart(GenerateRequest.newBuilder().setSteps(64))
                            .build());
            running.sending()
                    .sendMessage(id("a").setPause(Pause.getDefaultInstance()).build());
            running.first().get(30, TimeUnit.SECONDS);
            write(idle, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(head(idle)).startsWith("HTTP/1.1 200 OK").doesNotContainIgnoringCase("connection:");
            write(
                    asking,
                    "POST /v1/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(head(asking)).startsWith("HTTP/1.1 100 Continue");

            CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
                try {
                    server.close();
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            idle.getInputStream().readAllBytes();
            write(asking, "{}");

            assertThat(head(asking)).startsWith("HTTP/1.1 503").containsIgnoringCase("\r\nconnection: close\r\n");
            asking.getInputStream().readAllBytes();
            client.close();
            closed.get(30, TimeUnit.SECONDS);
        }
    }

    private static Socket connect(ObservedServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The next head of an answer. */
    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("behind %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
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
