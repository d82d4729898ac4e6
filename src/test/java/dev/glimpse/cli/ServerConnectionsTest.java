package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.glimpse.testing.RawHttp2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a real server's settings make of connections that only cost. */
// Its bounds are of time.
@Tag("alone")
@Timeout(120)
class ServerConnectionsTest {
    private static final int MOST = 4;

    @TempDir
    Path directory;

    private final List<Socket> clients = new ArrayList<>();
    private ObservedServer server;

    private void start(String... settings) throws Exception {
        server = new ObservedServer(directory.resolve("models"), settings);
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void silentOnesFillThePublicPortAlone() throws Exception {
        start("server.max-connections=" + MOST, "server.header-timeout=5m");
        for (int i = 0; i < MOST; i++) {
            connect();
        }
        server.await(now -> now.sum("glimpse_open_connections") > MOST);

        assertThat(rest(connect())).isEmpty();
        assertThat(server.scrape().sum("glimpse_refused_connections_total")).isEqualTo(1);
    }

    @Test
    void aSilentOneIsLetGo() throws Exception {
        start("server.header-timeout=300ms");

        assertThat(rest(connect())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/generate", "/v2/models/tiny/infer"})
    void aBodyThatDoesNotComeIsAnsweredWith408(String path) throws Exception {
        start("server.body-timeout=300ms");
        Socket client = connect();
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000\r\n\r\n{";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

        assertThat(rest(client)).startsWith("HTTP/1.1 408 ");
    }

    /** Each of a connection's streams would else keep what has come as long as pings are answered. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/generate", "/v2/models/tiny/infer"})
    void soIsOneOfAStreamOfHttp2WhileOtherStreamsGoOn(String path) throws Exception {
        start("server.body-timeout=300ms");
        String[] json = {"content-type", "application/json"};
        try (RawHttp2 client = new RawHttp2(server.port())) {
            int call = client.open("/grpc.health.v1.Health/Check");
            int slow = client.open(path, json);
            client.frame(RawHttp2.DATA, 0, slow, "{".getBytes(StandardCharsets.US_ASCII));

            RawHttp2.Answer refused = client.answer(slow);
            assertThat(refused.headers()).containsEntry(":status", "408");
            assertThat(new String(refused.body(), StandardCharsets.US_ASCII))
                    .contains("body: not all of it (expected: within 300 ms)");
            while (refused.reset().isEmpty()) {
                client.next();
            }
            client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, call, new byte[5]);
            assertThat(client.answer(call).status()).isZero();
            int whole = client.call("/v1/generate", "{\"steps\":1}".getBytes(StandardCharsets.US_ASCII), json);
            assertThat(client.answer(whole).headers()).containsEntry(":status", "200");
        }
    }

    /** Nor may those be trickled that nobody reads. */
    @ParameterizedTest
    @CsvSource({
        "401, /v1/generate, application/json, authorization",
        "404, /v1/nowhere, application/json, x-unknown",
        "405, /v1/models, application/json, x-unknown",
        "405, /v2/models/tiny, application/json, x-unknown",
        "415, /v1/generate, text/tea, x-unknown"
    })
    void soEndsTheStreamOfOneThatWasRefusedUnread(String status, String path, String type, String header)
            throws Exception {
        Logger router = (Logger) LoggerFactory.getLogger("io.vertx.ext.web");
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        router.addAppender(told);
        start("server.body-timeout=300ms");
        try (RawHttp2 client = new RawHttp2(server.port())) {
            int slow = client.open(path, "content-type", type, header, "Bearer nobody");
            client.frame(RawHttp2.DATA, 0, slow, "{".getBytes(StandardCharsets.US_ASCII));

            RawHttp2.Answer refused = client.answer(slow);
            assertThat(refused.headers()).containsEntry(":status", status);
            while (refused.reset().isEmpty()) {
                client.next();
            }
            assertThat(refused.reset()).hasValue(0);
        } finally {
            router.detachAppender(told);
        }
        assertThat(told.list).isEmpty();
    }

    /** No length and no chunk tells it where one answer ends. */
    @Test
    void anOlderClientSeesTheEndOfAStreamByThatOfItsConnection() throws Exception {
        start();
        Socket client = connect();
        String head =
                "GET /v1/generate?steps=1 HTTP/1.0\r\nConnection: keep-alive\r\nAccept: text/event-stream\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

        assertThat(rest(client))
                .startsWith("HTTP/1.0 200 ")
                .containsIgnoringCase("\r\nConnection: close\r\n")
                .doesNotContain("keep-alive")
                .contains("event: finished");
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout(30_000);
        clients.add(client);
        return client;
    }

    /** What comes until the server closes the connection. */
    private static String rest(Socket client) throws IOException {
        try {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            return "";
        }
    }
}
