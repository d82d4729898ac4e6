package dev.glimpse.api.oip;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A body of JSON with bytes behind it, which are taken one piece after the other. */
final class BinaryBody {
    /** Header that tells the length of the JSON, of requests and of answers. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final Buffer body;
    private final int jsonLength;
    private int position;

    private BinaryBody(Buffer body, int jsonLength) {
        this.body = body;
        this.jsonLength = jsonLength;
        position = jsonLength;
    }

    /**
     * @param jsonLength value of {@value #JSON_LENGTH}; null: all of it is JSON
     * @throws InvalidFieldException if that is no length within the body
     */
    static BinaryBody of(Buffer body, @Nullable String jsonLength) {
        if (jsonLength == null) {
            return new BinaryBody(body, body.length());
        }
        int length = jsonLength.matches("[0-9]{1,9}") ? Integer.parseInt(jsonLength) : 0;
        if (length < 1 || length > body.length()) {
            throw new InvalidFieldException(JSON_LENGTH, jsonLength, "1.." + body.length());
        }
        return new BinaryBody(body, length);
    }

    String json() {
        return body.getString(0, jsonLength);
    }

    /** The next bytes, those of an input. */
    ByteBuffer next(String input, int size) {
        if (size < 0 || size > body.length() - position) {
            throw new InvalidFieldException(
                    input + ".binary_data_size", size, "0.." + (body.length() - position) + ", which are left");
        }
        ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(position, position + size));
        position += size;
        return bytes;
    }

    /** Whether there are bytes that nobody has taken. */
    boolean hasRest() {
        return position < body.length();
    }
}
