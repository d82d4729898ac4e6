package dev.glimpse.api.websocket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What has come of a text message, put together from its frames: here, as Vert.x loses one whose first fragment is
 * empty. Confined to the socket's event loop.
 */
final class TextAssembly {
    private final int maxBytes;
    private Buffer text = Buffer.buffer();

    /** @param maxBytes of a message, in UTF-8 */
    TextAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What a message has come to with its newest frame. */
    sealed interface State {
        /** Frames are missing. */
        record Unfinished() implements State {}

        /** All of a message. */
        record Whole(String text) implements State {}

        /** More bytes than a message may have. */
        record TooBig() implements State {}

        /**
         * Not UTF-8, which RFC 6455, section 8.1, wants closed; a decoder that repairs would serve what nobody asked
         * for.
         */
        record Malformed() implements State {}
    }

    /** Takes a frame of text, or one that continues it. */
    State add(WebSocketFrame frame) {
        text.appendBuffer(frame.binaryData());
        if (text.length() > maxBytes) {
            return new State.TooBig();
        }
        if (!frame.isFinal()) {
            return new State.Unfinished();
        }
        Buffer whole = text;
        text = Buffer.buffer();
        try {
            return new State.Whole(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(whole.getBytes()))
                    .toString());
        } catch (CharacterCodingException e) {
            return new State.Malformed();
        }
    }
}
