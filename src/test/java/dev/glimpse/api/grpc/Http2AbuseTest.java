package dev.glimpse.api.grpc;

import static dev.glimpse.testing.RawHttp2.DATA;
import static dev.glimpse.testing.RawHttp2.END_HEADERS;
import static dev.glimpse.testing.RawHttp2.END_STREAM;
import static dev.glimpse.testing.RawHttp2.HEADERS;
import static dev.glimpse.testing.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door does with frames that no client may send. */
class Http2AbuseTest extends Http2Fixture {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int MAX_FRAME = 16_384;

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
}
