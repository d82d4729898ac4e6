package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.websocket.TestClient.Received;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebSocketDoorRefusalTest extends WebSocketDoorFixture {
    @Test
    void refusalOfTheCoreEndsTheGenerationWithItsReason() throws Exception {
        generator.answer(request -> Future.succeededFuture(
                new Submission.Refused(new Failure.ModelNotFound("faces", List.of("shapes", "digits")))));
        TestClient client = connect();
        client.generate("g1", 1);

        assertThat(client.next().json())
                .isEqualTo(new JsonObject()
                        .put("type", "failed")
                        .put("id", "g1")
                        .put("code", "not_found")
                        .put("field", "model")
                        .put("message", "model: faces (expected: one of shapes, digits)"));
    }

    @Test
    void brokenStreamEndsItsGenerationAndLeavesTheSocketOpen() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        client.next();
        ScriptedStream stream = generator.stream();

        stream.breakDown(new IllegalStateException("broken on purpose"));

        Received failed = client.next();
        assertThat(failed.json().getString("code")).isEqualTo("internal");
        assertThat(failed.json().getString("message")).endsWith("r-1").doesNotContain("broken on purpose");
        stream.cancelled().get(10, TimeUnit.SECONDS);
        client.generate("g1", 1);
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void coreThatThrowsEndsTheGenerationWithAnInternalError() throws Exception {
        generator.answer(request -> {
            throw new IllegalStateException("broken on purpose");
        });
        TestClient client = connect();
        client.generate("g1", 1);

        assertThat(client.next().json().getString("code")).isEqualTo("internal");
    }

    @Test
    void idOfARunningGenerationIsRefusedWithoutEndingThatGeneration() throws Exception {
        TestClient client = connect();
        client.generate("g1", 1);
        client.next();
        client.generate("g1", 1);

        Received refused = client.next();

        assertThat(refused.json())
                .isEqualTo(new JsonObject()
                        .put("type", "failed")
                        .put("code", "invalid_argument")
                        .put("field", "id")
                        .put("message", "id: g1 (expected: one that no running generation has)")
                        .put("about", "g1"));
        generator.stream().emit(new GenerationEvent.Finished(1, 0, 1));
        assertThat(client.next().type()).isEqualTo("finished");
    }

    @Test
    void socketRunsNoMoreGenerationsThanItMay() throws Exception {
        TestClient client = connect();
        for (int i = 0; i < SETTINGS.maxGenerationsPerSocket(); i++) {
            client.generate("g" + i, 1);
            client.next();
        }
        client.generate("one more", 1);

        Received refused = client.next();

        assertThat(refused.id()).isEqualTo("one more");
        assertThat(refused.json().getString("code")).isEqualTo("resource_exhausted");
        assertThat(refused.json().getString("message"))
                .isEqualTo("this connection runs 3 generations; wait until one ends");
    }

    @Test
    void handshakeThatFailsTakesNoSocketsPlace() throws Exception {
        server = start(new WebSocketSettings(1, 3, 4096, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            assertThat(RawWebSocket.handshake(raw, 12, "")).startsWith("HTTP/1.1 426 ");
        }

        TestClient client = connect();
        client.generate("g1", 1);
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void messageAsLongAsItMayBeIsServed() throws Exception {
        String message = "{\"type\":\"generate\",\"id\":\"g1\"}";
        TestClient client = connect();
        client.send(message + " ".repeat(SETTINGS.maxMessageBytes() - message.length()));

        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void manyUnreadableMessagesAreAnsweredOneByOneAndLeaveTheSocketOpen() throws Exception {
        TestClient client = connect();
        for (int i = 0; i < 200; i++) {
            client.send("no JSON " + i);
        }
        client.generate("g1", 1);

        for (int i = 0; i < 200; i++) {
            assertThat(client.next().json().getString("message"))
                    .isEqualTo("message: no JSON " + i + " (expected: a JSON object)");
        }
        assertThat(client.next().type()).isEqualTo("accepted");
    }

    @Test
    void textThatIsNotUtf8ClosesTheSocketAndFreesWhatRunsOnIt() throws Exception {
        try (Socket raw = RawWebSocket.connect(server.actualPort())) {
            raw.setSoTimeout(20_000);
            RawWebSocket.handshake(raw, "");
            RawWebSocket.sendText(raw, "{\"type\":\"generate\",\"id\":\"g1\"}");
            ScriptedStream stream = generator.stream();
            String broken = "{\"type\":\"generate\",\"id\":\"g2\",\"model\":\"\u00e9\"}";
            RawWebSocket.sendText(raw, broken.getBytes(StandardCharsets.ISO_8859_1));

            stream.cancelled().get(10, TimeUnit.SECONDS);
            // For as long as there is no answer the server keeps the connection, up to ten seconds.
            RawWebSocket.sendClose(raw);
            byte[] rest = raw.getInputStream().readAllBytes();
            String reason = "a text message is not UTF-8";
            assertThat(new String(rest, StandardCharsets.ISO_8859_1))
                    .endsWith("\u0088" + (char) (2 + reason.length()) + "\u0003\u00ef" + reason);
            assertThat(generator.waitingRequests()).isEqualTo(1);
        }
    }
}
