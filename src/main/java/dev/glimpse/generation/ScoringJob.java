package dev.glimpse.generation;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request for likelihoods from its admission to its end: what it has spent, who reads of it, and the evaluation that
 * it waits for. Confined to the dispatcher's context.
 */
final class ScoringJob {
    private static final Logger LOG = LoggerFactory.getLogger(ScoringJob.class);

    private final ScoringTask task;
    private final Client client;
    private final long maxNfe;
    private final long admittedNanos;
    private final ScoringMailbox mailbox;
    private final Consumer<ScoringJob> ended;
    private @Nullable Turn turn;
    private long timerId;
    private boolean over;
    private long begunNanos;
    private int evaluations;
    private double share;

    /**
     * @param maxNfe network evaluations after which it is ended
     * @param waiting requests that come before it
     * @param ended called when its reader has its end
     */
    ScoringJob(Stage stage, ScoringTask task, Client client, long maxNfe, int waiting, Consumer<ScoringJob> ended) {
        this.task = task;
        this.client = client;
        this.maxNfe = maxNfe;
        this.ended = ended;
        admittedNanos = System.nanoTime();
        mailbox = new ScoringMailbox(
                stage.vertx(),
                stage.context(),
                new ScoringEvent.Accepted(
                        task.requestId(), task.served(), task.work().seed(), waiting),
                () -> fail(new Failure.Cancelled()));
    }

    /** An evaluation that waits for a device, or is on one. */
    static final class Turn {
        private final DerivativeOrder order;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private boolean flying;
        private boolean retried;

        Turn(DerivativeOrder order) {
            this.order = order;
        }

        CompletableFuture<Void> done() {
            return done;
        }
    }

    ScoringTask task() {
        return task;
    }

    boolean isOf(String modelId) {
        return task.modelId().equals(modelId);
    }

    Client client() {
        return client;
    }

    ScoringStream stream() {
        return mailbox;
    }

    /** The timer that ends it. */
    long timerId() {
        return timerId;
    }

    void timerId(long id) {
        timerId = id;
    }

    /** It waits in the queue no longer. */
    void begun(long nanos) {
        begunNanos = nanos;
    }

    /** How long it will take from now on, going by what it has done since it began; empty while it has done nothing. */
    Optional<Duration> expectedRest() {
        return share > 0
                ? Optional.of(Duration.ofNanos(Math.round((System.nanoTime() - begunNanos) / share * (1 - share))))
                : Optional.empty();
    }

    /** Waits for a turn; at most one at a time. */
    void ask(Turn asked) {
        if (over) {
            asked.done.completeExceptionally(new CancellationException("over"));
        } else {
            turn = asked;
        }
    }

    /** Whether an evaluation waits for a device. */
    boolean waits() {
        return turn != null && !turn.flying;
    }

    /** The evaluation that waits goes to a device. */
    DerivativeOrder takeTurn() {
        Turn taken = turn;
        if (taken == null || taken.flying) {
            throw new IllegalStateException(task.requestId() + " waits for no device");
        }
        taken.flying = true;
        // A thread that was given up may write its results while the second try has been used.
        return taken.order.attempt();
    }

    /** The evaluation came back; one that failed waits again, but once alone. */
    void landed(DerivativeOrder attempt, DerivativeOrder.Outcome outcome) {
        Turn taken = turn;
        if (taken == null) {
            return;
        }
        taken.flying = false;
        if (outcome instanceof DerivativeOrder.Outcome.Done) {
            turn = null;
            taken.order.take(attempt);
            taken.done.complete(null);
        } else if (outcome instanceof DerivativeOrder.Outcome.Unsupported) {
            fail(new Failure.Unsupported(
                    task.modelId(),
                    "model: " + task.modelId()
                            + " (expected: one of a network whose derivative can be taken, as likelihoods need it)"));
        } else if (taken.retried) {
            fail(new Failure.Unavailable(
                    "a device failed twice; try again, under request " + task.requestId() + " in the server's log",
                    Duration.ofSeconds(1)));
        } else {
            taken.retried = true;
        }
    }

    /** Takes in that the network was evaluated for some pictures. */
    void evaluated(int pictures, double done, OptionalDouble time) {
        if (over) {
            return;
        }
        long before = Math.max(task.nfe(), nfe());
        evaluations += pictures;
        share = done;
        if (nfe() > before) {
            client.budget().spent(nfe() - before);
        }
        mailbox.offer(new ScoringEvent.Progress(evaluations, nfe(), time, share, elapsedNanos()));
        if (nfe() > maxNfe && share < 1) {
            fail(new Failure.LimitReached(
                    "pictures",
                    "pictures: more than " + maxNfe + " evaluations (expected: fewer, by fewer pictures or probes, or a"
                            + " larger tolerance)"));
        }
    }

    /** The scores are there. */
    void scored(Scorer.Scores scores) {
        end(new ScoringEvent.Scored(scores, evaluations, nfe(), elapsedNanos()));
    }

    /** The scores could not be computed; nothing new once it is over, as that ends the computation, too. */
    void broken(Throwable cause) {
        if (over) {
            return;
        }
        if (cause instanceof InvalidFieldException invalid) {
            fail(invalid.failure());
            return;
        }
        LOG.error("request {}: likelihoods could not be computed", task.requestId(), cause);
        fail(new Failure.Internal(task.requestId()));
    }

    /** Ends it without scores, at once for its reader and after the evaluation that runs for its device. */
    void fail(Failure failure) {
        if (!over) {
            end(new ScoringEvent.Failed(failure));
        }
    }

    private void end(ScoringEvent event) {
        if (!over) {
            over = true;
            client.budget().end(task.work().pictures().size(), Math.max(0, task.nfe() - nfe()));
            if (turn != null) {
                turn.done.completeExceptionally(new CancellationException("over"));
                turn = null;
            }
            ended.accept(this);
            mailbox.end(event);
        }
    }

    /** Network evaluations so far, each derivative counted as another one. */
    long nfe() {
        return (long) evaluations * task.work().method().nfe();
    }

    private long elapsedNanos() {
        return System.nanoTime() - admittedNanos;
    }
}
