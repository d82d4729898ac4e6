package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.v1.GenerateRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A server whose client writes single frames of HTTP/2 (RFC 9113). */
@Timeout(60)
abstract class Http2Fixture {
    static final int NO_ERROR = 0;
    static final byte[] MESSAGE = WireClient.frame(
                    false, GenerateRequest.newBuilder().setSteps(2).build().toByteArray())
            .getBytes();

    final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    DoorServer server;
    RawHttp2 client;

    @BeforeEach
    void connect() throws Exception {
        server = new DoorServer(generator);
        client = new RawHttp2(server.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    ScriptedStream admitted() throws InterruptedException {
        ScriptedStream stream = generator.streams().poll(20, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    static void finish(ScriptedStream stream) {
        stream.emit(PlayedGenerator.step(0, 2, true)).emit(new GenerationEvent.Finished(2, 0, 1));
    }

    static void assertCancelled(ScriptedStream stream) {
        assertThat(stream.cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    void assertTheConnectionServesOn() throws Exception {
        assertServes(client);
    }

    void assertTheServerServesOn() throws Exception {
        try (RawHttp2 other = new RawHttp2(server.port())) {
            assertServes(other);
        }
    }

    private void assertServes(RawHttp2 connection) throws IOException, InterruptedException {
        int call = connection.call(WireClient.GENERATE, MESSAGE);
        finish(admitted());
        assertThat(connection.answer(call).status()).isZero();
    }
}
