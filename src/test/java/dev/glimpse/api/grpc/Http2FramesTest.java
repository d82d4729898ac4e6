package dev.glimpse.api.grpc;

import static dev.glimpse.testing.RawHttp2.CONTINUATION;
import static dev.glimpse.testing.RawHttp2.DATA;
import static dev.glimpse.testing.RawHttp2.END_HEADERS;
import static dev.glimpse.testing.RawHttp2.END_STREAM;
import static dev.glimpse.testing.RawHttp2.GOAWAY;
import static dev.glimpse.testing.RawHttp2.HEADERS;
import static dev.glimpse.testing.RawHttp2.PADDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door does with frames that a client may send. */
class Http2FramesTest extends Http2Fixture {
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 65_535;
    private static final int STREAM_CLOSED = 5;

    /** Proxies reset with 0 what was answered early, clients with 8, and some with whatever they like. */
    @ParameterizedTest
    @ValueSource(longs = {NO_ERROR, 2, STREAM_CLOSED, 7, 8, 11, 0x7777L})
    void aResetEndsTheWorkWhateverItsCode(long code) throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.reset(call, code);

        assertCancelled(stream);
        assertTheConnectionServesOn();
    }

    @Test
    void aResetBeforeTheRequestIsWholeStartsNoWork() throws Exception {
        int call = client.open(WireClient.GENERATE);
        client.frame(DATA, 0, call, Arrays.copyOf(MESSAGE, 3));
        client.reset(call, NO_ERROR);

        assertTheConnectionServesOn();
    }

    @Test
    void aRequestIsAnsweredOnceItsSideIsClosed() throws Exception {
        int call = client.open(WireClient.GENERATE);
        client.frame(DATA, 0, call, MESSAGE);
        client.ping(1);
        assertThat(generator.streams()).isEmpty();

        client.frame(DATA, END_STREAM, call, new byte[0]);

        finish(admitted());
        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void aSideThatIsNeverClosedIsWaitedForUntilTheDeadline() throws Exception {
        int call = client.open(WireClient.GENERATE, "grpc-timeout", "300m");
        client.frame(DATA, 0, call, MESSAGE);

        assertThat(client.answer(call).status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        assertThat(generator.streams()).isEmpty();
    }

    @Test
    void aCallOfHeadersAloneIsRefused() throws Exception {
        int call = client.nextStream();
        client.frame(HEADERS, END_HEADERS | END_STREAM, call, client.block(WireClient.GENERATE));

        assertThat(client.answer(call).status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
    }

    @Test
    void anAnswerIsHeadersMessagesAndTrailers() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        finish(admitted());

        Answer answer = client.answer(call);
        assertThat(answer.headers())
                .containsEntry(":status", "200")
                .containsEntry("content-type", "application/grpc")
                .doesNotContainKey("grpc-status");
        assertThat(answer.trailers()).containsEntry("grpc-status", "0");
        assertThat(answer.body()).isNotEmpty();
    }

    @Test
    void aRefusalIsOneBlockOfHeaders() throws Exception {
        Answer answer = client.answer(client.call(WireClient.GENERATE, new byte[0]));

        assertThat(answer.headers())
                .containsEntry(":status", "200")
                .containsEntry("content-type", "application/grpc")
                .containsEntry("grpc-status", Integer.toString(GrpcStatus.INVALID_ARGUMENT.code))
                .containsKeys("grpc-message", "grpc-status-details-bin");
        assertThat(answer.trailers()).isEmpty();
    }

    @Test
    void aMessageIsReadableAsItStandsInItsHeader() throws Exception {
        GenerateRequest wrong = GenerateRequest.newBuilder().setSteps(0).build();

        Answer answer = client.answer(client.call(
                WireClient.GENERATE,
                WireClient.frame(false, wrong.toByteArray()).getBytes()));

        assertThat(answer.headers().get("grpc-message")).startsWith("steps: 0 (expected: ");
    }

    @Test
    void headersMayComeInPieces() throws Exception {
        int call = client.nextStream();
        byte[] block = client.block(WireClient.GENERATE);
        client.frame(HEADERS, 0, call, Arrays.copyOf(block, 5));
        client.frame(CONTINUATION, END_HEADERS, call, Arrays.copyOfRange(block, 5, block.length));
        client.frame(DATA, END_STREAM, call, MESSAGE);

        finish(admitted());
        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void aMessageMayComeByteByByte() throws Exception {
        int call = client.open(WireClient.GENERATE);
        for (byte piece : MESSAGE) {
            client.frame(DATA, 0, call, new byte[] {piece});
        }
        client.frame(DATA, END_STREAM, call, new byte[0]);

        finish(admitted());
        assertThat(client.answer(call).status()).isZero();
        assertThat(generator.requests().take().plan().steps()).isEqualTo(2);
    }

    @Test
    void paddingIsNoPartOfAMessage() throws Exception {
        int padding = 7;
        byte[] padded = new byte[1 + MESSAGE.length + padding];
        padded[0] = (byte) padding;
        System.arraycopy(MESSAGE, 0, padded, 1, MESSAGE.length);
        int call = client.open(WireClient.GENERATE);
        client.frame(DATA, PADDED | END_STREAM, call, padded);

        finish(admitted());
        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void pingsAreEchoedWhileAStreamWaits() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();
        for (long ping = 0; ping < 200; ping++) {
            client.ping(ping);
        }

        finish(stream);
        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void nothingIsSentBeyondTheClientsWindow() throws Exception {
        try (RawHttp2 narrow = new RawHttp2(server.port(), SETTINGS_INITIAL_WINDOW_SIZE, 100)) {
            int call = narrow.call(WireClient.GENERATE, MESSAGE);
            ScriptedStream stream = admitted();
            stream.emit(PlayedGenerator.step(0, 1, false, new byte[WINDOW]));
            narrow.bytes(call, 100);
            narrow.ping(1);
            assertThat(narrow.bytes(call, 100).body()).hasSize(100);

            narrow.credit(call, WINDOW / 2);
            narrow.bytes(call, 100 + WINDOW / 2);
            narrow.ping(2);
            assertThat(narrow.bytes(call, 0).body()).hasSize(100 + WINDOW / 2);

            narrow.credit(call, WINDOW);
            narrow.credit(0, WINDOW);
            finish(stream);
            assertThat(narrow.answer(call).status()).isZero();
        }
    }

    @Test
    void aClientThatOpensNoMoreStreamsGetsTheRestOfThoseItHas() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();
        client.frame(GOAWAY, 0, 0, new byte[8]);

        finish(stream);

        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void aConnectionThatEndsWithoutAWordEndsItsWork() throws Exception {
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.shutdownOutput();

        assertCancelled(stream);
        assertTheServerServesOn();
    }
}
