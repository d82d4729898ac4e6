package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What a real server's log tells of requests, and what it never does. */
class ServerLogTest {
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int CANCEL = 8;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.glimpse");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Level before;

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.TRACE);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(before);
    }

    @Test
    void aRequestIsToldWithItsIdAndItsTenantAndWithoutItsKey() throws Exception {
        CommandLineRun made = CommandLineRun.of("key", "alice", "--tenant", "lab");
        String secret = made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        Path keys = Files.writeString(directory.resolve("keys.yaml"), made.out());
        List<GenerateEvent> events;
        try (ObservedServer server =
                new ObservedServer(directory.resolve("models"), "access.keys-file=" + keys, "access.anonymous=never")) {
            events = server.grpc(
                    GenerateRequest.newBuilder().setSteps(2).setSeed(1).build(),
                    Map.of("authorization", "Bearer " + secret));
            server.webSocket(
                    new JsonObject().put("steps", 1).put("seed", "1"), Map.of("authorization", "Bearer " + secret));
        }
        String id = events.get(0).getAccepted().getRequestId();

        assertThat(lines.list)
                .filteredOn(line -> line.getMessage().equals("request ended"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(fields(line)).contains("tenant=lab", "outcome=ok"))
                .anySatisfy(line -> assertThat(fields(line)).contains("request_id=" + id, "door=grpc"))
                .anySatisfy(line -> assertThat(fields(line)).contains("door=websocket"));
        assertThat(secret).hasSizeGreaterThan(20);
        assertThat(lines.list)
                .allSatisfy(line ->
                        assertThat(line.getFormattedMessage() + fields(line)).doesNotContain(secret));
    }

    /** Anybody could fill the log with them. */
    @Test
    void bytesThatAreNoHttp2AreNotTold() throws Exception {
        Logger libraries = (Logger) LoggerFactory.getLogger("io.vertx");
        libraries.addAppender(lines);
        try (ObservedServer server = new ObservedServer(directory.resolve("models"));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGARBAGE, and more of it"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        } finally {
            libraries.detachAppender(lines);
        }

        assertThat(lines.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    /** Nor may they with streams of theirs, whose answers end when nobody takes them any more. */
    @Test
    void aStreamThatIsResetWhileItsEndWaitsForTheClientIsNotTold() throws Exception {
        Logger http2 = (Logger) LoggerFactory.getLogger("io.netty.handler.codec.http2");
        http2.addAppender(lines);
        try (ObservedServer server = new ObservedServer(directory.resolve("models"));
                RawHttp2 client = new RawHttp2(server.port(), SETTINGS_INITIAL_WINDOW_SIZE, 0)) {
            int call = client.call("/grpc.health.v1.Health/Check", new byte[5]);
            RawHttp2.Frame frame;
            do {
                frame = client.next();
            } while (frame.stream() != call);
            client.ping(1);
            client.reset(call, CANCEL);
            client.ping(2);
        } finally {
            http2.detachAppender(lines);
        }

        assertThat(lines.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    private static List<String> fields(ILoggingEvent line) {
        List<KeyValuePair> pairs = line.getKeyValuePairs();
        return pairs == null
                ? List.of()
                : pairs.stream().map(pair -> pair.key + "=" + pair.value).toList();
    }
}
