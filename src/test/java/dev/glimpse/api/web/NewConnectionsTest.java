package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NewConnectionsTest {
    private static final int MOST = 3;

    private final NewConnections connections = new NewConnections(MOST, Duration.ofHours(1));
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setPreferNativeTransport(true))
            .withTransport(connections.over(Transport.NIO))
            .build();
    private final List<Socket> clients = new ArrayList<>();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        port = port();
    }

    private int port() throws Exception {
        return vertx.createHttpServer()
                .requestHandler(request -> request.response().end("done"))
                .connectionHandler(new RequestPatience(Duration.ofHours(1), Duration.ofHours(1)))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void close() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionBeyondTheBoundIsClosedAndTheOthersStay() throws Exception {
        for (int i = 0; i < MOST; i++) {
            connect(port);
        }
        awaitOpen(MOST);

        assertRefused(connect(port));
        assertThat(connections.refused()).isOne();
        for (Socket client : clients.subList(0, MOST)) {
            assertServed(client);
        }
        assertThat(connections.open()).isEqualTo(MOST);
    }

    @Test
    void oneThatEndsMakesRoom() throws Exception {
        for (int i = 0; i < MOST; i++) {
            connect(port);
        }
        awaitOpen(MOST);
        clients.get(0).close();
        awaitOpen(MOST - 1);

        assertServed(connect(port));
        assertThat(connections.refused()).isZero();
    }

    @Test
    void aFullPortLeavesAnotherOneAlone() throws Exception {
        int other = port();
        for (int i = 0; i < MOST; i++) {
            connect(port);
        }
        awaitOpen(MOST);

        assertServed(connect(other));
        assertRefused(connect(port));
    }

    @Test
    void aBoundOfNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewConnections(0, Duration.ofHours(1)))
                .withMessage("most: 0 (expected: at least 1)");
    }

    private Socket connect(int to) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), to);
        client.setSoTimeout(20_000);
        clients.add(client);
        return client;
    }

    private void awaitOpen(int count) throws Exception {
        while (connections.open() != count) {
            vertx.timer(5, TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
        }
    }

    private static void assertServed(Socket client) throws IOException {
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200");
    }

    private static void assertRefused(Socket client) throws IOException {
        int read;
        try {
            read = client.getInputStream().read();
        } catch (SocketException e) {
            read = -1;
        }
        assertThat(read).isEqualTo(-1);
    }
}
