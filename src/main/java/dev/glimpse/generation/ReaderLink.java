package dev.glimpse.generation;

import java.util.Optional;

/** The link from a reader's stream back to the request that it reads. Confined to the dispatcher's context. */
final class ReaderLink implements RequestStream.Source {
    private final LaneRequests requests;
    private final ActiveRequest request;
    private final PlannedRequest asking;
    private final RequestStream stream;
    private final Audience.Reader reader;
    private final long timerId;

    /**
     * @param requests of the lane
     * @param request what is read
     * @param asking what the reader asked for
     * @param accepted what the reader is told first
     */
    ReaderLink(
            LaneRequests requests,
            ActiveRequest request,
            PlannedRequest asking,
            GenerationEvent.Accepted accepted,
            Term term) {
        this.requests = requests;
        this.request = request;
        this.asking = asking;
        Stage stage = requests.stage();
        stream = new RequestStream(
                stage.vertx(),
                stage.context(),
                accepted,
                new RequestStream.Delivery(
                        stage.settings().framesPerSample(),
                        asking.progress(),
                        (frame, shown) -> requests.encoder().encode(frame, shown, asking, term.nowNanos()),
                        stage.listener()),
                this);
        reader = new Audience.Reader(stream, term.nowNanos(), term.deadlineNanos(), term.states());
        long millis = Math.max(1, (term.deadlineNanos() - term.nowNanos() + 999_999) / 1_000_000);
        timerId = stage.vertx().setTimer(millis, id -> readerDone(Optional.of(new Failure.DeadlineExceeded())));
    }

    /** When a reader came, how long it may stay and where it keeps states. */
    record Term(long nowNanos, long deadlineNanos, Optional<SessionStates> states) {}

    RequestStream stream() {
        return stream;
    }

    Audience.Reader reader() {
        return reader;
    }

    @Override
    public void readerDone(Optional<Failure> failure) {
        failure.ifPresent(stream::fail);
        if (!requests.left(reader)) {
            // It took the end only after its time was over.
            return;
        }
        requests.stage().vertx().cancelTimer(timerId);
        request.audience().remove(reader);
        asking.endBudget(request.evaluationsBegun());
        if (request.audience().readers().isEmpty()) {
            requests.close(request);
        } else if (request.audience().paused()) {
            requests.lane().jobs().leave(request.unfinished());
        }
    }

    @Override
    public void pause() {
        reader.paused(true);
        if (request.audience().paused()) {
            requests.lane().jobs().leave(request.unfinished());
        }
    }

    @Override
    public Optional<Failure> proceed() {
        if (!reader.paused()) {
            // It was told before that it goes on, and does as soon as there is room.
            return Optional.empty();
        }
        reader.paused(false);
        Optional<Failure> failure = requests.lane().proceed(request);
        reader.paused(failure.isPresent());
        requests.stage().changed().run();
        return failure;
    }
}
