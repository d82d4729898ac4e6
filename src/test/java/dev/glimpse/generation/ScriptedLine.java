package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A line that keeps what is written until the test says that the network has taken it. */
final class ScriptedLine implements SessionLine<String> {
    final List<String> written = new ArrayList<>();
    boolean held;
    private final Deque<Promise<Void>> inFlight = new ArrayDeque<>();

    void taken() {
        inFlight.remove().complete();
    }

    @Override
    public String accepted(String id, GenerationEvent.Accepted accepted) {
        return "accepted " + id;
    }

    @Override
    public String stepped(String id, GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped) {
        return "stepped " + id;
    }

    @Override
    public String finished(String id, GenerationEvent.Finished finished) {
        return "finished " + id;
    }

    @Override
    public String paused(String id) {
        return "paused " + id;
    }

    @Override
    public String proceeded(String id) {
        return "resumed " + id;
    }

    @Override
    public String failed(Optional<String> id, Failure failure) {
        return "failed " + id.orElse("nobody");
    }

    @Override
    public String refused(String about, Failure failure) {
        return "refused " + about;
    }

    @Override
    public Future<Void> write(String message) {
        written.add(message);
        Promise<Void> taken = Promise.promise();
        inFlight.add(taken);
        return taken.future();
    }

    @Override
    public void holdInput() {
        held = true;
    }

    @Override
    public void readInput() {
        held = false;
    }

    @Override
    public void broken() {}
}
