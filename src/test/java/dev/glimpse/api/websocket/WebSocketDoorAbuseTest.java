package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.StepPlan;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

// Its bounds are of time.
@Tag("alone")
class WebSocketDoorAbuseTest extends WebSocketDoorFixture {
    @Test
    void messageThatIsTooLongClosesTheSocketWith1009() throws Exception {
        TestClient client = connect();
        client.send("x".repeat(SETTINGS.maxMessageBytes() + 1));

        assertThat(client.closeCode()).isEqualTo(1009);
    }

    @Test
    void messageInPiecesThatIsTooLongClosesTheSocketWith1009() throws Exception {
        TestClient client = connect();
        String piece = "x".repeat(SETTINGS.maxMessageBytes() / 2 + 1);
        client.socket().writeFrame(WebSocketFrame.textFrame(piece, false));
        client.socket().writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(piece), false));

        assertThat(client.closeCode()).isEqualTo(1009);
    }

    @Test
    void messageInPiecesIsOneMessageEvenIfItsFirstPieceIsEmpty() throws Exception {
        TestClient client = connect();
        for (String id : new String[] {"g1", "g2"}) {
            client.socket().writeFrame(WebSocketFrame.textFrame("", false));
            client.socket()
                    .writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("{\"type\":\"generate\","), false));
            client.socket().writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("\"id\":\"" + id + "\"}"), true));

            assertThat(client.next().id()).isEqualTo(id);
        }
    }

    @Test
    void frameBeyondEveryLimitBreaksTheConnectionAndCancelsWhatRuns() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        ScriptedStream stream = generator.stream();
        client.send("x".repeat(SETTINGS.maxMessageBytes() * 64));

        stream.cancelled().get(10, TimeUnit.SECONDS);
        assertThat(client.closeCode()).isEqualTo(1009);
    }

    @Test
    void frameBeyondEveryLimitIsRefusedWith1009AtItsHeader() throws Exception {
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            raw.setSoTimeout(10_000);
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendHeaderOfText(raw, SETTINGS.maxMessageBytes() * 64L);

            assertThat(raw.getInputStream().readAllBytes())
                    .isEqualTo(goodbye(1009, "a message may have " + SETTINGS.maxMessageBytes() + " bytes"));
        }
    }

    /** A connection that closed before all of it is there would be reset, and the goodbye be lost. */
    @Test
    void clientThatReadsOnceItHasSentAFrameBeyondEveryLimitReadsWhyItIsRefused() throws Exception {
        int size = 1 << 24;
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            raw.setSoTimeout(10_000);
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendHeaderOfText(raw, size);
            raw.getOutputStream().write(new byte[size]);

            assertThat(raw.getInputStream().readAllBytes())
                    .isEqualTo(goodbye(1009, "a message may have " + SETTINGS.maxMessageBytes() + " bytes"));
        }
    }

    @Test
    void messageThatDoesNotComeToItsEndClosesItsSocketAloneWith1008() throws Exception {
        HttpServer impatient = start(new WebSocketSettings(4, 3, 4096, Duration.ofSeconds(30), Duration.ofMillis(300)));
        TestClient neighbour = TestClient.connect(sockets, impatient.actualPort());
        try (Socket raw = RawWebSocket.connect(impatient.actualPort())) {
            raw.setSoTimeout(10_000);
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendHeaderOfText(raw, 4096);
            raw.getOutputStream().write(new byte[4095]);

            assertThat(raw.getInputStream().readAllBytes()).isEqualTo(goodbye(1008, "a message may take 300 ms"));
        }
        neighbour.generate("g1", 1);

        assertThat(neighbour.next().type()).isEqualTo("accepted");
    }

    private static byte[] goodbye(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer()
                .appendByte((byte) 0x88)
                .appendByte((byte) (2 + utf8.length))
                .appendShort((short) code)
                .appendBytes(utf8)
                .getBytes();
    }

    @Test
    void binaryMessageClosesTheSocketWith1003() throws Exception {
        TestClient client = connect();
        client.socket().writeBinaryMessage(Buffer.buffer("{}")).await(10, TimeUnit.SECONDS);

        assertThat(client.closeCode()).isEqualTo(1003);
    }

    @Test
    void closingTheSocketCancelsWhatRunsOnIt() throws Exception {
        TestClient client = connect();
        client.generate("a", 1);
        client.generate("b", 1);
        ScriptedStream first = generator.stream();
        ScriptedStream second = generator.stream();

        client.socket().close().await(10, TimeUnit.SECONDS);

        first.cancelled().get(10, TimeUnit.SECONDS);
        second.cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void connectionThatBreaksCancelsWhatRunsOnIt() throws Exception {
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendText(raw, "{\"type\":\"generate\",\"id\":\"g1\"}");
            ScriptedStream stream = generator.stream();

            RawWebSocket.reset(raw);

            stream.cancelled().get(10, TimeUnit.SECONDS);
            assertThat(stream.cancelled().isDone()).isTrue();
        }
    }

    @Test
    void socketThatEndedMakesRoomForAnother() throws Exception {
        TestClient[] clients = new TestClient[SETTINGS.maxSockets()];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = connect();
        }
        assertThat(handshake("")).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 1");

        clients[0].generate("g1", 1);
        ScriptedStream stream = generator.stream();
        clients[0].socket().close().await(10, TimeUnit.SECONDS);
        stream.cancelled().get(10, TimeUnit.SECONDS);

        TestClient late = connect();
        late.generate("g1", 1);
        assertThat(late.next().type()).isEqualTo("accepted");
    }

    @Test
    void pageOfAnotherOriginIsRefusedBeforeTheUpgrade() throws Exception {
        assertThat(handshake("Origin: http://evil.example\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void pageOfThisServerAndOfAConfiguredOriginMayConnect() throws Exception {
        assertThat(handshake("Origin: http://127.0.0.1:" + server.actualPort() + "\r\n"))
                .startsWith("HTTP/1.1 101 ");
        assertThat(handshake("Origin: https://app.example.org\r\n")).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void requestWithoutAnUpgradeIsToldToUpgrade() throws Exception {
        var response = vertx.createHttpClient()
                .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", WebSocketDoor.PATH)
                .compose(request -> request.send())
                .await(10, TimeUnit.SECONDS);

        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.getHeader("Upgrade")).isEqualTo("websocket");
    }

    @Test
    void requestOverHttp2IsToldWhatIsExpectedWithoutAHeaderOfAConnection() throws Exception {
        try (RawHttp2 http = new RawHttp2(server.actualPort())) {
            RawHttp2.Answer answer = http.answer(http.call(WebSocketDoor.PATH, new byte[0], ":method", "GET"));

            assertThat(answer.headers()).containsEntry(":status", "426").doesNotContainKey("upgrade");
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains("Upgrade: none (expected: websocket)");
        }
    }

    @Test
    void messagesAreNotCompressed() throws Exception {
        assertThat(handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n"))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
    }

    @Test
    void shutDownClosesIdleSocketsWith1001() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        client.next();
        generator.stream().emit(new GenerationEvent.Finished(1, 0, 1));
        client.next();

        server.shutdown(5, TimeUnit.SECONDS).await(10, TimeUnit.SECONDS);

        assertThat(client.closeCode()).isEqualTo(1001);
    }

    @Test
    void shutDownLetsAGenerationFinishTakesNoNewOneAndThenClosesWith1001() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        client.next();
        ScriptedStream stream = generator.stream();
        var shutDown = server.shutdown(10, TimeUnit.SECONDS);
        // Sockets hear of it a little later than the port closes; until then the core answers, with another refusal.
        generator.answer(
                request -> Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("steps", ""))));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        String code;
        do {
            client.generate("g2", 1);
            code = client.next().json().getString("code");
        } while (!code.equals("unavailable") && System.nanoTime() - end < 0);

        assertThat(code).isEqualTo("unavailable");
        stream.emit(new GenerationEvent.Finished(1, 0, 1));

        assertThat(client.next().type()).isEqualTo("finished");
        assertThat(client.closeCode()).isEqualTo(1001);
        shutDown.await(10, TimeUnit.SECONDS);
    }

    @Test
    void clientThatAnswersNoPingsIsGone() throws Exception {
        HttpServer impatient = start(new WebSocketSettings(4, 3, 4096, Duration.ofMillis(50), Duration.ofSeconds(30)));
        try (Socket raw = RawWebSocket.connect(impatient.actualPort())) {
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendText(raw, "{\"type\":\"generate\",\"id\":\"g1\"}");

            ScriptedStream stream = generator.stream();

            stream.cancelled().get(10, TimeUnit.SECONDS);
            assertThat(stream.cancelled().isDone()).isTrue();
        }
    }

    /** Answers to pings that nobody reads would else be kept until memory ends. */
    @Test
    void clientThatSendsPingsAndReadsNothingIsReadNoMoreAndCut() throws Exception {
        HttpServer impatient = start(new WebSocketSettings(4, 3, 4096, Duration.ofMillis(200), Duration.ofSeconds(30)));
        try (Socket raw = RawWebSocket.connect(impatient.actualPort())) {
            RawWebSocket.handshake(raw, "");
            CompletableFuture<Void> sent = pings(raw, 2_000_000);

            assertThat(closed.poll(30, TimeUnit.SECONDS))
                    .as("the connection, whose goodbye nobody takes")
                    .isNotNull();
            assertThat(sent.isDone() && !sent.isCompletedExceptionally()).isFalse();
        }
    }

    /** Sends them from another thread, as their receiver may not take all of them. */
    private static CompletableFuture<Void> pings(Socket raw, int count) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (int sent = 0; sent < count; sent += 1000) {
                    RawWebSocket.sendPings(raw, 1000);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void clientThatSendsManyPingsAndReadsTheAnswersGetsAllOfThem() throws Exception {
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            RawWebSocket.handshake(raw, "");
            int pings = 100_000;
            CompletableFuture<Void> sent = pings(raw, pings);

            assertThat(raw.getInputStream().readNBytes(pings * 127)).hasSize(pings * 127);
            sent.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void clientThatAnswersPingsMayBeSilent() throws Exception {
        HttpServer impatient = start(new WebSocketSettings(4, 3, 4096, Duration.ofMillis(20), Duration.ofSeconds(30)));
        TestClient client = TestClient.connect(sockets, impatient.actualPort());
        CompletableFuture<Void> manyPings = new CompletableFuture<>();
        int[] pings = {0};
        client.socket().frameHandler(frame -> {
            if (frame.isPing() && ++pings[0] == 10) {
                manyPings.complete(null);
            }
        });

        manyPings.get(10, TimeUnit.SECONDS);

        client.generate("g1", 1);
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void slowReaderHoldsItsOwnStreamAndNotItsNeighbour() throws Exception {
        int steps = 64;
        TestClient slow = connect();
        slow.socket().pause();
        slow.generate("slow", steps);
        ScriptedStream held = generator.stream();
        TestClient quick = connect();
        quick.generate("quick", steps);
        ScriptedStream flowing = generator.stream();
        emitAll(held, steps);
        emitAll(flowing, steps);

        for (int message = 0; message < steps + 2; message++) {
            assertThat(quick.next().id()).isEqualTo("quick");
        }

        // What the kernel's two socket buffers hold is all that may have left; 64 MiB would mean a queue of our own.
        assertThat(held.asked()).isLessThan(steps / 2);
        slow.socket().resume();
        for (int message = 0; message < steps + 1; message++) {
            slow.next();
        }
        assertThat(slow.next().type()).isEqualTo("finished");
    }

    private static void emitAll(ScriptedStream stream, int steps) {
        StepPlan plan = ScriptedGenerator.plan(steps);
        for (int step = 1; step <= steps; step++) {
            stream.emit(ScriptedGenerator.stepped(0, step, plan, new byte[1 << 20]));
        }
        stream.emit(new GenerationEvent.Finished(steps, 0, 1));
    }

    private String handshake(String headers) throws Exception {
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            return RawWebSocket.handshake(raw, headers);
        }
    }
}
