package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.GrpcJava;
import dev.glimpse.testing.LogLines;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server whose connections are on several event loops promises for all of them together. */
@Timeout(120)
class ServerEventLoopsTest {
    private static final int MOST = 3;

    private static final MethodDescriptor<SessionRequest, SessionEvent> SESSION = GrpcJava.method(
            MethodType.BIDI_STREAMING, "glimpse.v1.Glimpse/Session", SessionRequest.parser(), SessionEvent.parser());

    @TempDir
    Path directory;

    private ObservedServer start(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("server.event-loops=2");
        return new ObservedServer(directory.resolve("models"), all.toArray(String[]::new));
    }

    @Test
    void thereAreNoMoreConnectionsThanOneWouldHave() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (ObservedServer server = start("server.max-connections=" + MOST, "server.header-timeout=5m")) {
            for (int i = 0; i < MOST + 2; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }
            server.await(now -> now.sum("glimpse_refused_connections_total") == 2);

            // Those of the public port, and the one that asks.
            assertThat(server.scrape().sum("glimpse_open_connections")).isEqualTo(MOST + 1);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void thereAreNoMoreSocketsThanOneWouldHave() throws Exception {
        try (ObservedServer server = start("websocket.max-sockets=" + MOST)) {
            List<WebSocket> open = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < MOST + 2; i++) {
                try {
                    open.add(socket(server));
                } catch (CompletionException e) {
                    assertThat(e.getCause()).isInstanceOf(WebSocketHandshakeException.class);
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(2);
            open.forEach(WebSocket::abort);
        }
    }

    /** Over a connection of its own. */
    private static WebSocket socket(ObservedServer server) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), new WebSocket.Listener() {})
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void everySessionEndsWithAStatusWhenTheServerStops() throws Exception {
        List<GrpcJava> clients = new ArrayList<>();
        try (LogLines log = new LogLines("io.vertx")) {
            ObservedServer server = start("server.shutdown-grace=1s");
            List<GrpcJava.Call<SessionRequest, SessionEvent>> sessions = new ArrayList<>();
            for (int i = 0; i < MOST; i++) {
                GrpcJava client = new GrpcJava(server.port());
                clients.add(client);
                GrpcJava.Call<SessionRequest, SessionEvent> session =
                        client.open(SESSION, CallOptions.DEFAULT, new Metadata());
                session.sending()
                        .sendMessage(SessionRequest.newBuilder()
                                .setId("a")
                                .setStart(GenerateRequest.newBuilder().setSteps(1_000_000))
                                .build());
                session.first().get(30, TimeUnit.SECONDS);
                sessions.add(session);
            }
            server.close();

            for (GrpcJava.Call<SessionRequest, SessionEvent> session : sessions) {
                assertThat(session.outcome().status().getCode()).isEqualTo(Code.UNAVAILABLE);
                assertThat(session.outcome().status().getDescription())
                        .isEqualTo("the server ends this connection; connect again");
            }
            assertThat(log.soFar()).noneMatch(line -> line.startsWith("ERROR"));
        } finally {
            for (GrpcJava client : clients) {
                client.close();
            }
        }
    }
}
