package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client's generations, each called by an id of its choice, over one connection.
 *
 * <p>Their messages leave one at a time, in turns: each generation makes its next event when the one before is written.
 * Confined to the connection's context.
 *
 * @param <M> a message to the client
 */
public final class SessionDesk<M> {
    /** Answers a client may have waiting before the server stops listening to it, so that they take no memory. */
    private static final int MAX_WAITING_ANSWERS = 16;

    /** Ids that are remembered at the least: far more than most sessions have requests that can still be refined. */
    private static final int LEAST_IDS = 1024;

    private final GenerationSession session;
    private final SessionLine<M> line;
    private final int maxGenerations;
    private final int maxIds;
    private final Outbox<M> outbox;
    private final Map<String, DeskGeneration<M>> running = new LinkedHashMap<>();

    /** The newest request of each id; the session itself says which of them it still knows. */
    private final Map<String, String> requestIds = new LinkedHashMap<>();

    private int waitingAnswers;
    private Optional<Failure> refusal = Optional.empty();
    private Runnable idle = () -> {};
    private boolean closed;

    /** @param maxGenerations most that may run at once */
    public SessionDesk(Generator generator, SessionLine<M> line, int maxGenerations) {
        this.session = generator.session();
        this.line = line;
        this.maxGenerations = maxGenerations;
        maxIds = Math.max(LEAST_IDS, session.maxRequests());
        outbox = new Outbox<>(line::write, line::broken);
    }

    /** Begins a generation. */
    public void start(String id, GenerationRequest request) {
        begin(id, () -> session.submit(request));
    }

    /** Goes on with one that was begun elsewhere. */
    public void resume(String id, ResumeRequest request) {
        begin(id, () -> session.resume(request));
    }

    /**
     * Refines one of this desk's generations, running or not; of two that had the id the newer one, which may still
     * have to be admitted.
     *
     * @param of its id
     * @param request given the request id behind it
     */
    public void refine(String id, String of, Function<String, RefineRequest> request) {
        DeskGeneration<M> newest = running.get(of);
        String before = requestIds.get(of);
        if (newest == null && before == null) {
            refuse(Optional.of(id), unknown(of));
        } else {
            Future<Optional<String>> asked =
                    newest == null ? Future.succeededFuture(Optional.of(before)) : newest.requestId();
            begin(
                    id,
                    () -> asked.compose(requestId -> requestId.isPresent()
                            ? session.refine(request.apply(requestId.get()).called(of))
                            : Future.succeededFuture(new Submission.Refused(unknown(of)))));
        }
    }

    private static Failure unknown(String of) {
        return Failure.InvalidField.of("of", of, "the id of a generation of this session");
    }

    /** Whether a generation has this id, so that a failure with it is that one's end. */
    public boolean runs(String id) {
        return running.containsKey(id);
    }

    private void begin(String id, DeskGeneration.Opening opening) {
        if (runs(id)) {
            refuse(Optional.of(id), Failure.InvalidField.of("id", id, "one that no running generation has"));
        } else if (refusal.isPresent()) {
            refuse(Optional.of(id), refusal.get());
        } else if (running.size() >= maxGenerations) {
            String full = "this connection runs " + maxGenerations + " generations; wait until one ends";
            refuse(Optional.of(id), new Failure.LimitReached("id", full));
        } else {
            DeskGeneration<M> generation = new DeskGeneration<>(id, line, outbox, () -> ended(id));
            running.put(id, generation);
            generation.start(opening, requestId -> remember(id, requestId));
        }
    }

    private void remember(String id, String requestId) {
        requestIds.remove(id);
        requestIds.put(id, requestId);
        if (requestIds.size() > maxIds) {
            requestIds.remove(requestIds.keySet().iterator().next());
        }
    }

    /** Stops a generation. Silent about an id that doesn't run: it may have ended while the message was under way. */
    public void cancel(String id) {
        find(id, DeskGeneration::cancel);
    }

    /** Takes a generation's work off the devices until it is told to go on. Silent as {@link #cancel}. */
    public void pause(String id) {
        // It is paused whatever became of an order before.
        find(id, generation -> answerBehind(generation.pause().otherwiseEmpty(), generation, v -> line.paused(id)));
    }

    /** Lets a paused generation go on; it is refused if there is no room now. Silent as {@link #cancel}. */
    public void proceed(String id) {
        find(
                id,
                generation -> answerBehind(
                        generation.proceed(),
                        generation,
                        failure -> failure.isPresent() ? line.refused(id, failure.get()) : line.proceeded(id)));
    }

    /** Answers once it is known what to say, unless the generation has ended by then; until then, too, it waits. */
    private <T> void answerBehind(Future<T> known, DeskGeneration<M> generation, Function<T, M> message) {
        answerWaits();
        known.onComplete(result -> {
            if (closed) {
                return;
            }
            if (result.succeeded() && !generation.ending()) {
                outbox.offer(message.apply(result.result()), this::answerLeft);
            } else {
                answerLeft();
            }
        });
    }

    private void find(String id, Consumer<DeskGeneration<M>> action) {
        DeskGeneration<M> generation = running.get(id);
        if (generation != null && !generation.ending()) {
            action.accept(generation);
        }
    }

    /** Answers what cannot be done: the end of a generation that was not to be, but none of one that runs. */
    public void refuse(Optional<String> id, Failure failure) {
        Optional<String> running = id.filter(this::runs);
        answer(running.isPresent() ? line.refused(running.get(), failure) : line.failed(id, failure));
    }

    private void answer(M message) {
        answerWaits();
        outbox.offer(message, this::answerLeft);
    }

    private void answerWaits() {
        waitingAnswers++;
        if (waitingAnswers == MAX_WAITING_ANSWERS) {
            line.holdInput();
        }
    }

    private void answerLeft() {
        if (waitingAnswers == MAX_WAITING_ANSWERS) {
            line.readInput();
        }
        waitingAnswers--;
        tellIfIdle();
    }

    private void ended(String id) {
        running.remove(id);
        tellIfIdle();
    }

    private void tellIfIdle() {
        if (refusal.isPresent() && running.isEmpty() && waitingAnswers == 0) {
            idle.run();
        }
    }

    /**
     * Refuses what is asked from now on, and lets what runs end.
     *
     * @param done called when nothing runs any more and every answer has been written; at once if that is so
     */
    public void drain(Failure refused, Runnable done) {
        refusal = Optional.of(refused);
        idle = done;
        tellIfIdle();
    }

    /**
     * The same for a client that says nothing any more: what it has paused ends, as nobody can let it go on.
     *
     * @param done as for {@link #drain}
     */
    public void finish(Failure refused, Runnable done) {
        List.copyOf(running.values()).forEach(DeskGeneration::abandon);
        drain(refused, done);
    }

    /** Stops everything and forgets the session; nothing is written any more. Any number of times. */
    public void close() {
        if (!closed) {
            closed = true;
            outbox.close();
            List.copyOf(running.values()).forEach(DeskGeneration::cancel);
            running.clear();
            session.close();
        }
    }
}
