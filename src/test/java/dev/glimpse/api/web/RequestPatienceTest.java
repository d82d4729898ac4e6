package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of clients that send slowly, and of those that are slow in nothing but their right. */
// Its bounds are of time.
@Tag("alone")
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
        try (SlowClient client = new SlowClient(port)) {
            client.send(sent);

            assertThat(client.rest()).doesNotContain("200");
        }
    }

    @Test
    void aFirstHeadThatComesByteAfterByteIsClosed() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("GET / HTTP/1.1\r\nX: ");
            client.drip(vertx, DRIP);

            assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
        }
    }

    @Test
    void soIsAFurtherOneOfTheSameConnection() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send(GET);
            client.await("done");
            client.send("GET / HTTP/1.1\r\nX: ");
            client.drip(vertx, DRIP);

            assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFF\r\n"})
    void aBodyThatComesByteAfterByteIsAnsweredWith408(String body) throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /body HTTP/1.1\r\nHost: here\r\n" + body);
            client.drip(vertx, DRIP);

            assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @CsvSource({"/body, '', 1", "/both-ways, begun;, 0"})
    void aBodyOfBrokenChunksIsAnsweredOnceAndEndsItsConnection(String path, String begun, int more) throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST " + path + " HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.await(begun);
            client.send("2\r\nok\r\nzz\r\n" + GET);

            assertThat(client.rest().split("HTTP/1.1 400 ", -1))
                    .hasSize(1 + more)
                    .noneMatch(it -> it.contains("done"));
        }
    }

    /** What Vert.x says of it, and in its version where the line could not be read. */
    @ParameterizedTest
    @CsvSource({"414, 5000, 0", "431, 1, 9000"})
    void aHeadThatIsTooLongIsAnsweredByWhatIsTooLong(int status, int address, int header) throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("GET /" + "a".repeat(address) + " HTTP/1.1\r\nX: " + "x".repeat(header) + "\r\n\r\n");

            assertThat(client.rest()).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        }
    }

    @Test
    void aBodyWhoseAnswerHasBegunGetsNoSecondOne() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /both-ways HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n");
            client.drip(vertx, DRIP);

            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").doesNotContain("408");
        }
    }

    @Test
    void aCallThatStreamsBothWaysGoesOn() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /both-ways HTTP/1.1\r\nHost: here\r\nContent-Type: application/grpc-web+proto\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
            client.await("begun;");
            pass(LONGER);
            client.send("4\r\nlate\r\n0\r\n\r\n");

            client.await("late");
            client.await("done");
        }
    }

    @Test
    void anAnswerMayTakeItsTime() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");

            client.await("done");
        }
    }

    @Test
    void aBodyThatComesInTimeIsTaken() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbo");
            pass(DRIP);
            client.send("dy");

            client.await("done");
        }
    }

    @Test
    void aConnectionMayBeIdleBetweenItsRequests() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send(GET);
            client.await("done");
            pass(LONGER);
            client.send(GET);

            client.await("done");
        }
    }

    @Test
    void requestsBehindOneThatTakesItsTimeAreServed() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody" + GET + GET);

            client.await("done");
            client.await("done");
            client.await("done");
        }
    }

    @Test
    void theBeginningOfAnotherRequestDoesNotCutAnAnswer() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /later HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");
            pass(DRIP);
            client.send("GET / HT");

            client.await("done");
            assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void aLineEndBehindABodyIsNoRequest() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");
            client.await("done");
            client.send("\r\n");
            pass(LONGER);
            client.send(GET);

            client.await("done");
        }
    }

    @Test
    void aWebSocketIsSilentAsLongAsItLikes() throws Exception {
        try (SlowClient client = new SlowClient(port)) {
            client.send("GET /socket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            client.await("\r\n\r\n");
            client.send(TEXT_FRAME);
            client.await("first");
            pass(LONGER);
            client.send(TEXT_FRAME);

            client.await("first");
        }
    }

    @Test
    void aCallOfGrpcOverHttp2MayStayOpen() throws Exception {
        try (RawHttp2 client = new RawHttp2(port)) {
            int stream = client.open("/body");
            client.ping(1);
            pass(LONGER);
            client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, new byte[] {1});

            assertThat(client.answer(stream).body()).isEqualTo("done".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void pass(Duration time) throws Exception {
        vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS).await(20, TimeUnit.SECONDS);
    }
}
