package dev.glimpse.api.websocket;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.json.JsonObject;

/** The JSON of the WebSocket door's messages without their ids, for what is to be the same elsewhere. */
public final class WebSocketEvents {
    private WebSocketEvents() {}

    public static JsonObject accepted(GenerationEvent.Accepted accepted) {
        return plain(((ServerMessage.Text) ServerMessage.accepted("id", accepted)).json());
    }

    public static JsonObject stepped(GenerationEvent.Stepped stepped) {
        return plain(((ServerMessage.Picture) ServerMessage.stepped("id", stepped, ImageFormat.PNG)).header());
    }

    public static JsonObject finished(GenerationEvent.Finished finished) {
        return plain(((ServerMessage.Text) ServerMessage.finished("id", finished)).json());
    }

    private static JsonObject plain(JsonObject message) {
        message.remove("id");
        // Numbers as they are after a way over the wire.
        return new JsonObject(message.encode());
    }
}
