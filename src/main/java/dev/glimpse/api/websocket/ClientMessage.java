package dev.glimpse.api.websocket;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationRequest;
import java.util.Optional;

/** What one text message of a client says. */
sealed interface ClientMessage {
    /** Start this request and call its events by this id. */
    record Generate(String id, GenerationRequest request) implements ClientMessage {}

    /** Stop the generation with this id, if it still runs. */
    record Cancel(String id) implements ClientMessage {}

    /** Not a message of this door; the id is there if it could be read. */
    record Unreadable(Optional<String> id, Failure.InvalidField failure) implements ClientMessage {}
}
