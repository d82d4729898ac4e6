package dev.glimpse.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** An admitted request and what it has spent; belongs to the dispatcher's context. */
final class ActiveRequest {
    private final PlannedRequest planned;
    private final PreviewRule rule;
    private final long admittedNanos;
    private final RequestStream stream;
    private final List<Long> jobIds = new ArrayList<>();
    private int unfinished;
    private int nfe;
    private long timerId;

    /** @param streaming makes the request's stream */
    ActiveRequest(
            PlannedRequest planned,
            PreviewRule rule,
            long admittedNanos,
            Function<ActiveRequest, RequestStream> streaming) {
        this.planned = planned;
        this.rule = rule;
        this.admittedNanos = admittedNanos;
        unfinished = planned.count();
        stream = streaming.apply(this);
    }

    PlannedRequest planned() {
        return planned;
    }

    PreviewRule rule() {
        return rule;
    }

    long admittedNanos() {
        return admittedNanos;
    }

    RequestStream stream() {
        return stream;
    }

    /** Jobs of its trajectories, finished ones included. */
    List<Long> jobIds() {
        return jobIds;
    }

    /** The timer of its deadline. */
    long timerId() {
        return timerId;
    }

    void timerId(long id) {
        timerId = id;
    }

    void spent(int evaluations) {
        nfe += evaluations;
    }

    /** One more sample has its final picture; with the last of them the stream ends. */
    void sampleFinished(long endNanos) {
        unfinished--;
        if (unfinished == 0) {
            stream.finish(nfe, endNanos - admittedNanos);
        }
    }
}
