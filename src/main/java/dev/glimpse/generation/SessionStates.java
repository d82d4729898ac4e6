package dev.glimpse.generation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The states of a session's trajectories, of which the least recently used are forgotten first; belongs to the
 * dispatcher's context.
 */
final class SessionStates {
    private final long maxBytes;
    private final Map<Key, State> states = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private boolean closed;

    SessionStates(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private record Key(String requestId, int sample, int steps) {}

    /**
     * A state that is known.
     *
     * @param steps taken before it
     * @param x not to be written to
     * @param carried what the step after it needs besides; not to be written to
     */
    record State(int steps, float[] x, float[] carried) {}

    void keep(String requestId, int sample, State state) {
        if (closed) {
            return;
        }
        states.put(new Key(requestId, sample, state.steps()), state);
        bytes += size(state);
        var oldest = states.values().iterator();
        while (bytes > maxBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    /** The last known state of a trajectory after at most that many steps, but for the noise it began with. */
    Optional<State> find(String requestId, int sample, int mostSteps) {
        for (int steps = mostSteps; steps > 0; steps--) {
            State state = states.get(new Key(requestId, sample, steps));
            if (state != null) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    /** Forgets all, for good. */
    void close() {
        closed = true;
        states.clear();
        bytes = 0;
    }

    private static long size(State state) {
        return (long) (state.x().length + state.carried().length) * Float.BYTES;
    }
}
