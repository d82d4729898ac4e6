package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * One client's connection, as a session's desk uses it: how messages look, and how they leave.
 *
 * @param <M> a message to the client
 */
public interface SessionLine<M> {
    /** The generation with this id was admitted. */
    M accepted(String id, GenerationEvent.Accepted accepted);

    /** It took a step. */
    M stepped(String id, GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped);

    /** It ended well. */
    M finished(String id, GenerationEvent.Finished finished);

    /** It is paused now. */
    M paused(String id);

    /** It goes on now. */
    M proceeded(String id);

    /** With an id, that generation's end; without one, the refusal of something that names no generation. */
    M failed(Optional<String> id, Failure failure);

    /** The refusal of something the client asked of a generation that runs on, or under its id. */
    M refused(String about, Failure failure);

    /** Writes a message; the future completes when the network has taken it. Called only when the one before has. */
    Future<Void> write(M message);

    /** Stops reading what the client sends, while too many answers wait for it. */
    void holdInput();

    /** Reads on. */
    void readInput();

    /** A write failed, so the client is gone: the place to {@link SessionDesk#close}. */
    void broken();
}
