package dev.glimpse.api.grpc;

import static dev.glimpse.testing.RawHttp2.CONTINUATION;
import static dev.glimpse.testing.RawHttp2.DATA;
import static dev.glimpse.testing.RawHttp2.END_HEADERS;
import static dev.glimpse.testing.RawHttp2.END_STREAM;
import static dev.glimpse.testing.RawHttp2.GOAWAY;
import static dev.glimpse.testing.RawHttp2.HEADERS;
import static dev.glimpse.testing.RawHttp2.PADDED;
import static dev.glimpse.testing.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door does with single frames of HTTP/2 (RFC 9113), good and bad. */
@Timeout(60)
class Http2FramesTest {
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 65_535;
    private static final int MAX_FRAME = 16_384;
    private static final byte[] MESSAGE = WireClient.frame(
                    false, GenerateRequest.newBuilder().setSteps(2).build().toByteArray())
            .getBytes();

    private final ScriptedGenerator generator = new ScriptedGenerator(stream -> {});
    private DoorServer server;
    private RawHttp2 client;

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

    @ParameterizedTest
    @CsvSource({DATA + "," + STREAM_CLOSED, HEADERS + "," + PROTOCOL_ERROR})
    void whatComesBehindTheEndOfAStreamEndsItsWorkAlone(int type, int code) throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.frame(type, END_HEADERS, call, type == DATA ? MESSAGE : client.block(WireClient.GENERATE));

        assertThat(client.answer(call).reset()).hasValue(code);
        assertCancelled(stream);
        assertTheConnectionServesOn();
    }

    @Test
    void aWindowThatOpensByNothingEndsItsStream() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.credit(call, 0);

        assertThat(client.answer(call).reset()).hasValue(PROTOCOL_ERROR);
        assertCancelled(stream);
        assertTheConnectionServesOn();
    }

    @Test
    void aWindowThatOverflowsEndsItsStream() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.credit(call, Integer.MAX_VALUE);

        assertThat(client.answer(call).reset()).hasValue(FLOW_CONTROL_ERROR);
        assertCancelled(stream);
        assertTheConnectionServesOn();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE})
    void abusingTheConnectionsWindowEndsAllItsWork(int credit) throws Exception {
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream first = admitted();
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream second = admitted();

        client.credit(0, credit);

        assertThat(client.goAway()).isEqualTo(credit == 0 ? PROTOCOL_ERROR : FLOW_CONTROL_ERROR);
        assertCancelled(first);
        assertCancelled(second);
        assertTheServerServesOn();
    }

    @Test
    void aFrameOfUnknownTypeIsPassedOver() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.frame(0x42, 0xff, 0, MESSAGE);
        client.frame(0x42, 0xff, call, MESSAGE);

        finish(stream);
        assertThat(client.answer(call).status()).isZero();
    }

    @Test
    void aFrameBeyondTheAgreedSizeEndsTheConnectionAndItsWork() throws Exception {
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();

        client.frame(DATA, 0, client.open(WireClient.GENERATE), new byte[MAX_FRAME + 1]);

        assertThat(client.goAway()).isEqualTo(FRAME_SIZE_ERROR);
        assertCancelled(stream);
        assertTheServerServesOn();
    }

    @Test
    void dataOnAStreamThatWasNeverOpenedEndsTheConnection() throws Exception {
        client.frame(DATA, 0, 99, MESSAGE);

        assertThat(client.goAway()).isEqualTo(PROTOCOL_ERROR);
        assertTheServerServesOn();
    }

    @Test
    void aHeaderInCapitalsEndsItsStreamAlone() throws Exception {
        int call = client.nextStream();
        client.frame(HEADERS, END_HEADERS | END_STREAM, call, client.block(WireClient.GENERATE, "Shout", "loud"));

        assertThat(client.answer(call).reset()).hasValue(PROTOCOL_ERROR);
        assertThat(generator.streams()).isEmpty();
        assertTheConnectionServesOn();
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
            stream.emit(ScriptedGenerator.step(0, 1, false, new byte[WINDOW]));
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

    @Test
    void aStreamOutOfOrderEndsTheConnection() throws Exception {
        client.call(WireClient.GENERATE, MESSAGE);
        ScriptedStream stream = admitted();
        client.frame(HEADERS, END_HEADERS, 2, client.block(WireClient.GENERATE));

        assertThat(client.goAway()).isEqualTo(PROTOCOL_ERROR);
        assertCancelled(stream);
        assertTheServerServesOn();
    }

    @Test
    void aFrameOfTheWrongLengthEndsTheConnection() throws Exception {
        client.frame(WINDOW_UPDATE, 0, 0, new byte[3]);

        assertThat(client.goAway()).isEqualTo(FRAME_SIZE_ERROR);
        assertTheServerServesOn();
    }

    private ScriptedStream admitted() throws InterruptedException {
        ScriptedStream stream = generator.streams().poll(20, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    private static void finish(ScriptedStream stream) {
        stream.emit(ScriptedGenerator.step(0, 2, true)).emit(new GenerationEvent.Finished(2, 0, 1));
    }

    private static void assertCancelled(ScriptedStream stream) {
        assertThat(stream.cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    private void assertTheConnectionServesOn() throws Exception {
        assertServes(client);
    }

    private void assertTheServerServesOn() throws Exception {
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
