package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of clients that send slowly, and of those that are slow in nothing but their right. */
@Timeout(60)
class RequestPatienceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONGER = PATIENCE.multipliedBy(3).dividedBy(2);
    private static final Duration DRIP = Duration.ofMillis(40);
    private static final String GET = "GET /at-once HTTP/1.1\r\nHost: here\r\n\r\n";

    /** Final, of five bytes that are masked by nothing (RFC 6455, section 5.2). */
    private static final byte[] TEXT_FRAME = {(byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'f', 'i', 'r', 's', 't'};

    private final Vertx vertx = Vertx.builder()
            .withTransport(new NewConnections(100, PATIENCE).over(Transport.NIO))
            .build();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .connectionHandler(new RequestPatience(PATIENCE, PATIENCE));
        port = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        switch (request.path()) {
            case "/at-once" -> response.end("done");
            case "/later" ->
                request.body()
                        .compose(body -> vertx.timer(LONGER.toMillis(), TimeUnit.MILLISECONDS))
                        .onSuccess(later -> response.end("done"));
            case "/both-ways" -> {
                response.setChunked(true).write("begun;");
                request.handler(response::write).endHandler(end -> response.end("done"));
            }
            case "/socket" ->
                request.toWebSocket().onSuccess(socket -> socket.textMessageHandler(socket::writeTextMessage));
            default -> request.body().onSuccess(body -> response.end("done"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n\r\nSM", "GET / HTTP/1.1\r\nHost: "})
    void aConnectionThatBeginsNothingIsClosed(String sent) throws Exception {
        try (Socket client = connect()) {
            send(client, sent);

            assertThat(rest(client)).doesNotContain("200");
        }
    }

    @Test
    void aFirstHeadThatComesByteAfterByteIsClosed() throws Exception {
        try (Socket client = connect()) {
            send(client, "GET / HTTP/1.1\r\nX: ");
            drip(client);

            assertThat(rest(client)).startsWith("HTTP/1.1 408 ").contains("Connection: close");
        }
    }

    @Test
    void soIsAFurtherOneOfTheSameConnection() throws Exception {
        try (Socket client = connect()) {
            send(client, GET);
            await(client, "done");
            send(client, "GET / HTTP/1.1\r\nX: ");
            drip(client);

            assertThat(rest(client)).startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFF\r\n"})
    void aBodyThatComesByteAfterByteIsAnsweredWith408(String body) throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /body HTTP/1.1\r\nHost: here\r\n" + body);
            drip(client);

            assertThat(rest(client)).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void aBodyWhoseAnswerHasBegunGetsNoSecondOne() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /both-ways HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n");
            drip(client);

            assertThat(rest(client)).startsWith("HTTP/1.1 200 ").doesNotContain("408");
        }
    }

    @Test
    void aCallThatStreamsBothWaysGoesOn() throws Exception {
        try (Socket client = connect()) {
            send(
                    client,
                    "POST /both-ways HTTP/1.1\r\nHost: here\r\nContent-Type: application/grpc-web+proto\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            await(client, "begun;");
            pass(LONGER);
            send(client, "4\r\nlate\r\n0\r\n\r\n");

            await(client, "late");
            await(client, "done");
        }
    }

    @Test
    void anAnswerMayTakeItsTime() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");

            await(client, "done");
        }
    }

    @Test
    void aBodyThatComesInTimeIsTaken() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbo");
            pass(DRIP);
            send(client, "dy");

            await(client, "done");
        }
    }

    @Test
    void aConnectionMayBeIdleBetweenItsRequests() throws Exception {
        try (Socket client = connect()) {
            send(client, GET);
            await(client, "done");
            pass(LONGER);
            send(client, GET);

            await(client, "done");
        }
    }

    @Test
    void requestsBehindOneThatTakesItsTimeAreServed() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody" + GET + GET);

            await(client, "done");
            await(client, "done");
            await(client, "done");
        }
    }

    @Test
    void theBeginningOfAnotherRequestDoesNotCutAnAnswer() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");
            pass(DRIP);
            send(client, "GET / HT");

            await(client, "done");
            assertThat(rest(client)).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void aLineEndBehindABodyIsNoRequest() throws Exception {
        try (Socket client = connect()) {
            send(client, "POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");
            await(client, "done");
            send(client, "\r\n");
            pass(LONGER);
            send(client, GET);

            await(client, "done");
        }
    }

    @Test
    void aWebSocketIsSilentAsLongAsItLikes() throws Exception {
        try (Socket client = connect()) {
            send(
                    client,
                    "GET /socket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            await(client, "\r\n\r\n");
            client.getOutputStream().write(TEXT_FRAME);
            await(client, "first");
            pass(LONGER);
            client.getOutputStream().write(TEXT_FRAME);

            await(client, "first");
        }
    }

    @Test
    void aStreamOfHttp2MayStayOpen() throws Exception {
        try (RawHttp2 client = new RawHttp2(port)) {
            int stream = client.open("/body");
            client.ping(1);
            pass(LONGER);
            client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, new byte[] {1});

            assertThat(client.answer(stream).body()).isEqualTo("done".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(20_000);
        client.setTcpNoDelay(true);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A byte now and then, until the server closes the connection. */
    private void drip(Socket client) {
        vertx.setPeriodic(DRIP.toMillis(), timer -> {
            try {
                client.getOutputStream().write('x');
            } catch (IOException e) {
                vertx.cancelTimer(timer);
            }
        });
    }

    private void pass(Duration time) throws Exception {
        vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS).await(20, TimeUnit.SECONDS);
    }

    /** Reads up to the text, which has to come. */
    private static void await(Socket client, String text) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            assertThat(next).as("behind %s", read).isNotNegative();
            read.append((char) next);
        }
    }

    /** What comes until the server closes the connection. */
    private static String rest(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder read = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.append((char) next);
            }
        } catch (SocketException e) {
            // A byte that came behind the end resets the connection.
        }
        return read.toString();
    }
}
