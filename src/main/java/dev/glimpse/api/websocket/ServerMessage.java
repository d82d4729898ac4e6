package dev.glimpse.api.websocket;

import dev.glimpse.api.json.EventJson;
import dev.glimpse.api.json.FailureJson;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A message as it leaves this door: JSON text, or a picture behind its JSON header. */
sealed interface ServerMessage {
    /** Writes the whole message; the future completes when the network has taken it. */
    Future<Void> writeTo(ServerWebSocket socket);

    /** A JSON object. */
    record Text(JsonObject json) implements ServerMessage {
        @Override
        public Future<Void> writeTo(ServerWebSocket socket) {
            // As a buffer it is UTF-8, with half a surrogate pair escaped, which a client's id may hold.
            return socket.writeTextMessage(json.toBuffer().toString());
        }
    }

    /** The header's length in 4 bytes, most significant first, then the header as JSON, then the picture's bytes. */
    record Picture(JsonObject header, Buffer image) implements ServerMessage {
        @Override
        public Future<Void> writeTo(ServerWebSocket socket) {
            Buffer json = header.toBuffer();
            return socket.writeBinaryMessage(Buffer.buffer(Integer.BYTES + json.length() + image.length())
                    .appendInt(json.length())
                    .appendBuffer(json)
                    .appendBuffer(image));
        }
    }

    static ServerMessage accepted(String id, GenerationEvent.Accepted accepted) {
        return new Text(message("accepted", id).mergeIn(EventJson.accepted(accepted)));
    }

    static ServerMessage stepped(String id, GenerationEvent.Stepped stepped, ImageFormat format) {
        JsonObject header = message("step", id).mergeIn(EventJson.stepped(stepped, format));
        return new Picture(header, Buffer.buffer(stepped.image()));
    }

    static ServerMessage finished(String id, GenerationEvent.Finished finished) {
        return new Text(message("finished", id).mergeIn(EventJson.finished(finished)));
    }

    /** A paused or resumed generation. */
    static ServerMessage changed(String type, String id) {
        return new Text(message(type, id));
    }

    /**
     * With an id, the end of that generation; without one, the refusal of a message.
     *
     * @param error a description by {@link FailureJson}
     */
    static ServerMessage failed(Optional<String> id, JsonObject error) {
        JsonObject json = new JsonObject().put("type", "failed");
        id.ifPresent(value -> json.put("id", value));
        return new Text(json.mergeIn(error));
    }

    private static JsonObject message(String type, String id) {
        return new JsonObject().put("type", type).put("id", id);
    }
}
