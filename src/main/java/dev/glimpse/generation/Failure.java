package dev.glimpse.generation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Why a request ended without its last picture. Each door maps these to its own errors, in one place. */
public sealed interface Failure {
    /** One sentence for the client; names the field, the value and what was expected where there is one. */
    String message();

    /**
     * How long to wait until the same request may succeed; empty if waiting does not help, or nobody knows how long.
     */
    default Optional<Duration> retry() {
        return Optional.empty();
    }

    /** Lets the request go on behind what its reader was given, here or elsewhere; empty if nothing does. */
    default String resumeToken() {
        return "";
    }

    /** A field holds a value this server cannot serve. */
    record InvalidField(String field, String message) implements Failure {
        /** In the words of the house. */
        public static InvalidField of(String field, Object value, String expected) {
            return new InvalidField(field, field + ": " + value + " (expected: " + expected + ")");
        }
    }

    /**
     * No such model or version is served here.
     *
     * @param model its name, or "name/version"
     * @param field of a request that names what is not there
     */
    record ModelNotFound(String model, String field, String message) implements Failure {
        /** @param served every "name/version" */
        public ModelNotFound(String model, List<String> served) {
            this(model, "model", "model: " + model + " (expected: one of " + String.join(", ", served) + ")");
        }

        /** Of a model that has other versions. */
        static ModelNotFound version(String name, String version, List<String> served) {
            String expected = "one of " + String.join(", ", served) + " for model " + name;
            String field = "model_version";
            return new ModelNotFound(
                    name + "/" + version, field, field + ": " + version + " (expected: " + expected + ")");
        }
    }

    /**
     * What was asked for is nothing that this server, or the model, can do.
     *
     * @param subject what cannot: the model as "name/version", or what the server lacks
     */
    record Unsupported(String subject, String message) implements Failure {}

    /**
     * The server has more to do than it may take on.
     *
     * @param full whether the queue holds as much work as it may; otherwise it holds more than can be done in time
     */
    record Overloaded(boolean full, Duration retryAfter) implements Failure {
        /** Of a full queue. */
        public Overloaded(Duration retryAfter) {
            this(true, retryAfter);
        }

        @Override
        public String message() {
            // Rounded up: 0 would be no wait at all.
            long millis = Math.max(1, retryAfter.plusNanos(999_999).toMillis());
            String reason = full ? "the queue is full" : "more is asked for than can be done in time";
            return reason + "; try again in " + millis + " ms";
        }

        @Override
        public Optional<Duration> retry() {
            return Optional.of(retryAfter);
        }
    }

    /** The client has as much going on as it may; unlike the queue's, this bound is in its own hand. */
    record LimitReached(String field, String message) implements Failure {}

    /**
     * The client's tenant has used what it may.
     *
     * @param subject whose quota it is
     * @param retryAfter when enough may be free again; absent: the quota never allows as much at once
     */
    record QuotaExceeded(String subject, String message, Optional<Duration> retryAfter) implements Failure {
        @Override
        public Optional<Duration> retry() {
            return retryAfter;
        }
    }

    /**
     * The deadline passed before the last picture was finished, or would have.
     *
     * @param reachable whether it could have been kept where nothing else is to be done, as far as anybody knows
     */
    record DeadlineExceeded(boolean reachable, String message) implements Failure {
        /** Of a deadline that could have been kept. */
        public DeadlineExceeded() {
            this(true, "the deadline passed before the last picture was finished");
        }

        /** Of a request that came too late to be planned at all. */
        static DeadlineExceeded missed(boolean reachable) {
            return reachable
                    ? new DeadlineExceeded()
                    : new DeadlineExceeded(
                            false, "the deadline is too near for this many evaluations, even on an idle server");
        }

        /** Of a request that is refused, as it could not end in time. */
        static DeadlineExceeded foreseen(boolean reachable, long nanosLeft, long nanosNeeded) {
            return new DeadlineExceeded(
                    reachable,
                    "the deadline is in " + nanosLeft / 1_000_000 + " ms (expected: at least the "
                            + (nanosNeeded + 999_999) / 1_000_000 + " ms that the request is foreseen to take"
                            + (reachable ? ")" : ", even on an idle server)"));
        }
    }

    /** The client cancelled or went away. */
    record Cancelled(String message) implements Failure {
        public Cancelled() {
            this("cancelled by the client");
        }
    }

    /** The resume token is genuine, but what it goes on with is not what is here: other weights, or another edit. */
    record ForeignToken(String message) implements Failure {}

    /**
     * The server is starting, draining or lost a device; the same request may succeed later.
     *
     * @param resumeToken lets the request go on behind what its reader was given, here or elsewhere; empty for one that
     *     had not begun
     */
    record Unavailable(String message, Duration retryAfter, String resumeToken) implements Failure {
        /** Of a request that had not begun. */
        public Unavailable(String message, Duration retryAfter) {
            this(message, retryAfter, "");
        }

        @Override
        public Optional<Duration> retry() {
            return Optional.of(retryAfter);
        }
    }

    /** A bug or a broken device; the log has the rest under the same request id. */
    record Internal(String requestId) implements Failure {
        @Override
        public String message() {
            return "internal error; the server's log has it under request " + requestId;
        }
    }
}
