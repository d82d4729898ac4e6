package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.math.StepPlan;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with all pictures at once, to readers that take them slowly or not at all. */
@Timeout(60)
class StalledAnswerTest extends GenerateEndpointFixture {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 16_384;
    private static final long CANCEL = 8;

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 65_535})
    void aReaderThatTakesNothingForLongIsReset(int window) throws Exception {
        HttpServer impatient = start(
                Open.entrance(generator), new EventStreamSettings(Duration.ofSeconds(10), Duration.ofMillis(200)));
        try (RawHttp2 client = new RawHttp2(impatient.actualPort(), INITIAL_WINDOW_SIZE, window)) {
            RawHttp2.Answer answer = client.answer(asked(client, new byte[1 << 20]));

            assertThat(answer.headers()).containsEntry(":status", "200");
            assertThat(answer.reset()).hasValue(CANCEL);
            assertThat(answer.body()).hasSizeLessThanOrEqualTo(window);
        }
    }

    /** Of HTTP/1.1, where an answer has no stream of its own that could be reset. */
    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aReaderThatTakesNothingForLongLosesItsConnection(String type) throws Exception {
        HttpServer impatient = start(
                Open.entrance(generator), new EventStreamSettings(Duration.ofSeconds(10), Duration.ofMillis(200)));
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), impatient.actualPort())) {
            String request = "GET " + GenerateEndpoint.PATH + "?steps=1&format=raw_u8 HTTP/1.1\r\nHost: 127.0.0.1:"
                    + raw.getPort() + "\r\nAccept: " + type + "\r\n\r\n";
            raw.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            give(new byte[1 << 24]);

            assertThat(closed.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(raw.getInputStream().readAllBytes()).hasSizeLessThan(1 << 24);
        }
    }

    @Test
    void aReaderThatTakesItPieceByPieceGetsAllOfIt() throws Exception {
        byte[] picture = new byte[1 << 18];
        new Random(1).nextBytes(picture);
        try (RawHttp2 client = new RawHttp2(server.actualPort(), INITIAL_WINDOW_SIZE, WINDOW)) {
            int stream = asked(client, picture);
            int taken = WINDOW;
            client.bytes(stream, taken);
            int length = Integer.parseInt(client.bytes(stream, taken).headers().get("content-length"));
            while (taken < length) {
                client.credit(stream, WINDOW);
                client.credit(0, WINDOW);
                taken = Math.min(length, taken + WINDOW);
                client.bytes(stream, taken);
            }
            // Its end is no byte and needs no window.
            RawHttp2.Answer answer = client.answer(stream);

            assertThat(answer.reset()).isEmpty();
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains(Base64.getEncoder().encodeToString(picture));
        }
    }

    @Test
    void aReaderThatTakesAPieceNowAndThenIsResetWhenItsTimeIsOver() throws Exception {
        generator.maxDuration(Duration.ofMillis(300));
        try (RawHttp2 client = new RawHttp2(server.actualPort(), INITIAL_WINDOW_SIZE, WINDOW)) {
            int stream = asked(client, new byte[1 << 21]);
            long beat = vertx.setPeriodic(20, id -> credit(client, stream));
            RawHttp2.Answer answer = client.answer(stream);
            vertx.cancelTimer(beat);

            assertThat(answer.reset()).hasValue(CANCEL);
            assertThat(answer.body())
                    .hasSizeLessThan(Integer.parseInt(answer.headers().get("content-length")));
        }
    }

    private static void credit(RawHttp2 client, int stream) {
        try {
            client.credit(stream, WINDOW);
            client.credit(0, WINDOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReaderThatTakesNoEventForLongIsReset() throws Exception {
        HttpServer impatient = start(
                Open.entrance(generator), new EventStreamSettings(Duration.ofSeconds(10), Duration.ofMillis(200)));
        try (RawHttp2 client = new RawHttp2(impatient.actualPort(), INITIAL_WINDOW_SIZE, WINDOW)) {
            int stream = asked(client, new byte[1 << 20], "accept", "text/event-stream");

            assertThat(client.answer(stream).reset()).hasValue(CANCEL);
        }
    }

    /** Asks for pictures, which the core then gives. */
    private int asked(RawHttp2 client, byte[] picture, String... headers) throws Exception {
        int stream = client.call(
                GenerateEndpoint.PATH + "?steps=1&format=raw_u8",
                new byte[0],
                Stream.concat(Stream.of(":method", "GET", "accept", "application/json"), Stream.of(headers))
                        .toArray(String[]::new));
        give(picture);
        return stream;
    }

    private void give(byte[] picture) throws Exception {
        ScriptedStream scripted = generator.stream();
        StepPlan plan = scripted.accepted().plan();
        scripted.emit(ScriptedGenerator.stepped(0, 1, plan, picture)).emit(new GenerationEvent.Finished(1, 0, 1));
    }
}
