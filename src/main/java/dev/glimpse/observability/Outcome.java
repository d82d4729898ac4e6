package dev.glimpse.observability;

import dev.glimpse.generation.Failure;

/**
 * How a request ended, as its metrics and its span tell it. What a door refuses by itself, such as a field that no
 * server could serve or one generation more than a session may run, has never been a request of the core and is none of
 * these.
 */
enum Outcome {
    /** With its last picture. */
    OK("ok"),
    /** The client cancelled, went away, or had it paused when its time ran out. */
    CANCELLED("cancelled"),
    /** Its time ran out, or would have. */
    DEADLINE("deadline"),
    /** Its deadline was too near for a server that does nothing else, so that no other server helps. */
    IMPOSSIBLE("impossible"),
    /** Too much waited. */
    SHED("shed"),
    /** The client had as much going on as it may, or its quota was used up; others may still ask. */
    QUOTA("quota"),
    /** It asked for something that is not served. */
    INVALID("invalid"),
    /** The server was going down, or a device failed and failed again. */
    UNAVAILABLE("unavailable"),
    /** A bug. */
    ERROR("error");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Whether the server is to blame, so that a trace shows it as an error. */
    boolean fault() {
        return this == UNAVAILABLE || this == ERROR;
    }

    static Outcome of(Failure failure) {
        if (failure instanceof Failure.Cancelled) {
            return CANCELLED;
        }
        if (failure instanceof Failure.DeadlineExceeded late) {
            return late.reachable() ? DEADLINE : IMPOSSIBLE;
        }
        if (failure instanceof Failure.Overloaded) {
            return SHED;
        }
        if (failure instanceof Failure.LimitReached || failure instanceof Failure.QuotaExceeded) {
            return QUOTA;
        }
        if (failure instanceof Failure.InvalidField
                || failure instanceof Failure.ModelNotFound
                || failure instanceof Failure.Unsupported
                || failure instanceof Failure.ForeignToken) {
            return INVALID;
        }
        if (failure instanceof Failure.Unavailable) {
            return UNAVAILABLE;
        }
        if (failure instanceof Failure.Internal) {
            return ERROR;
        }
        throw new AssertionError("failure without an outcome: " + failure);
    }
}
