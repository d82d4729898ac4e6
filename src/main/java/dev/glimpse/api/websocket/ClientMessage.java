package dev.glimpse.api.websocket;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.ResumeRequest;
import java.util.Optional;
import java.util.function.Function;

/** What one text message of a client says. */
sealed interface ClientMessage {
    /** Start this request and call its events by this id. */
    record Generate(String id, GenerationRequest request) implements ClientMessage {}

    /** Go on with a request that was begun elsewhere, and call its events by this id. */
    record Resume(String id, ResumeRequest request) implements ClientMessage {}

    /**
     * Refine the generation {@code of}, and call the events of that by this id.
     *
     * @param request makes the request, given the request id behind {@code of}
     */
    record Refine(String id, String of, Function<String, RefineRequest> request) implements ClientMessage {}

    /** Take the generation with this id off the devices for a while. */
    record Pause(String id) implements ClientMessage {}

    /** Let the paused generation with this id go on. */
    record Proceed(String id) implements ClientMessage {}

    /** Stop the generation with this id, if it still runs. */
    record Cancel(String id) implements ClientMessage {}

    /** Not a message of this door; the id is there if it could be read. */
    record Unreadable(Optional<String> id, Failure.InvalidField failure) implements ClientMessage {}
}
