package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a socket costs while a message is on its way; the network and the time are the test's. */
class ArrivingMessageTest {
    private static final int MAX_BYTES = 1 << 18;
    private static final int PIECE = 1 << 14;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int TEXT = 1;
    private static final int CONTINUATION = 0;
    private static final int PING = 9;
    private static final int FINAL = 0x80;

    private final List<String> goodbyes = new ArrayList<>();
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    private EmbeddedChannel channel;

    @BeforeEach
    void open() {
        channel = new EmbeddedChannel(
                new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(MAX_BYTES)
                        .closeOnProtocolViolation(false)
                        .build()),
                new WebSocket13FrameEncoder(false));
        channel.config().setAllocator(memory);
        channel.freezeTime();
        new ArrivingMessage(PATIENCE, () -> goodbyes.add("too long"), () -> goodbyes.add("too slow"))
                .watch(channel.pipeline());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();

        assertThat(memory.metric().usedDirectMemory()).isZero();
    }

    private void header(int bits, int length) {
        arrive(headerOf(bits, length));
    }

    /** The header of a frame that is masked by nothing (RFC 6455, section 5.2). */
    private static ByteBuf headerOf(int bits, int length) {
        ByteBuf header = Unpooled.buffer().writeByte(bits);
        if (length < 126) {
            header.writeByte(0x80 | length);
        } else if (length < 1 << 16) {
            header.writeByte(0xfe).writeShort(length);
        } else {
            header.writeByte(0xff).writeLong(length);
        }
        return header.writeInt(0);
    }

    private void payload(int bytes) {
        for (int left = bytes; left > 0; left -= PIECE) {
            arrive(Unpooled.buffer().writeZero(Math.min(left, PIECE)));
        }
    }

    /** As the network brings bytes: in direct memory. */
    private void arrive(ByteBuf bytes) {
        channel.writeInbound(memory.directBuffer(bytes.readableBytes()).writeBytes(bytes));
    }

    /** Bytes of the frames that have come whole. */
    private List<Integer> frames() {
        List<Integer> sizes = new ArrayList<>();
        for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            sizes.add(frame.content().readableBytes());
            frame.release();
        }
        return sizes;
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aFrameThatIsNotWholeTakesNoDirectMemory() {
        header(FINAL | TEXT, MAX_BYTES);
        payload(MAX_BYTES - 1);

        assertThat(memory.metric().usedDirectMemory()).isZero();
        assertThat(memory.metric().usedHeapMemory()).isZero();
        assertThat(frames()).isEmpty();
        payload(1);
        assertThat(frames()).containsExactly(MAX_BYTES);
        assertThat(goodbyes).isEmpty();
    }

    @Test
    void aFewBytesOfAFrameDoNotKeepTheMemoryThatTheyWereReadInto() {
        header(FINAL | TEXT, MAX_BYTES);
        payload(1);

        assertThat(memory.metric().usedDirectMemory()).isZero();
    }

    @Test
    void aFrameBeyondTheLongestMessageIsRefusedAtItsHeaderAndNotKept() {
        header(FINAL | TEXT, MAX_BYTES + 1);
        payload(MAX_BYTES + 1);
        pass(PATIENCE.multipliedBy(2));

        assertThat(goodbyes).containsExactly("too long");
        assertThat(memory.metric().usedDirectMemory()).isZero();
        assertThat(frames()).isEmpty();
    }

    @Test
    void anotherErrorIsLeftToOthers() {
        assertThatThrownBy(() -> header(FINAL | 3, 0)).isInstanceOf(CorruptedWebSocketFrameException.class);
        assertThat(goodbyes).isEmpty();
    }

    @Test
    void aFrameThatComesByteAfterByteIsTooSlow() {
        header(FINAL | TEXT, 1000);
        for (int second = 0; second < PATIENCE.toSeconds(); second++) {
            assertThat(goodbyes).isEmpty();
            payload(1);
            pass(Duration.ofSeconds(1));
        }
        payload(1);
        pass(Duration.ofSeconds(1));

        assertThat(goodbyes).containsExactly("too slow");
    }

    @Test
    void aMessageWhoseLastFrameDoesNotComeIsTooSlowWhateverComesBetween() {
        header(TEXT, 5);
        payload(5);
        pass(PATIENCE.dividedBy(2));
        header(CONTINUATION, 5);
        payload(5);
        header(FINAL | PING, 0);
        pass(PATIENCE.dividedBy(2));

        assertThat(frames()).containsExactly(5, 5, 0);
        assertThat(goodbyes).containsExactly("too slow");
    }

    @Test
    void aSocketMayBeSilentBetweenItsMessages() {
        header(TEXT, 5);
        payload(5);
        header(FINAL | CONTINUATION, 5);
        payload(5);
        header(FINAL | PING, 0);
        pass(PATIENCE.multipliedBy(2));

        assertThat(frames()).containsExactly(5, 5, 0);
        assertThat(goodbyes).isEmpty();
    }

    /** Its time begins with its own first bytes, also if they come with the end of another one. */
    @Test
    void everyMessageHasAllOfItsTime() {
        for (int message = 0; message < 4; message++) {
            header(FINAL | TEXT, 5);
            payload(3);
            pass(PATIENCE.dividedBy(2));
            arrive(Unpooled.buffer()
                    .writeZero(2)
                    .writeBytes(headerOf(FINAL | TEXT, 5))
                    .writeZero(1));
            pass(PATIENCE.multipliedBy(3).dividedBy(4));
            payload(4);
        }

        assertThat(frames()).hasSize(8);
        assertThat(goodbyes).isEmpty();
    }

    @Test
    void aClientIsNotTooSlowWhileTheServerReadsNothing() {
        header(FINAL | TEXT, 5);
        payload(3);
        channel.config().setAutoRead(false);
        pass(PATIENCE.multipliedBy(2));

        assertThat(goodbyes).isEmpty();
        channel.config().setAutoRead(true);
        pass(PATIENCE);

        assertThat(goodbyes).containsExactly("too slow");
    }

    @Test
    void aClientHasAllOfItsTimeWhenTheServerReadsOn() {
        header(FINAL | TEXT, 5);
        payload(3);
        channel.config().setAutoRead(false);
        pass(PATIENCE.multipliedBy(9).dividedBy(10));
        channel.config().setAutoRead(true);
        pass(PATIENCE.multipliedBy(9).dividedBy(10));
        payload(2);
        pass(PATIENCE);

        assertThat(frames()).hasSize(1);
        assertThat(goodbyes).isEmpty();
    }
}
