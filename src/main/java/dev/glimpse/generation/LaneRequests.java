package dev.glimpse.generation;

import dev.glimpse.model.ModelSpec;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The requests of a lane and those who read them. Identical requests share their trajectories: the second one is a
 * reader of the first. Confined to the dispatcher's context.
 */
final class LaneRequests {
    private final Stage stage;
    private final Lane lane;
    private final FrameEncoder encoder;
    private final Set<ActiveRequest> open = new LinkedHashSet<>();
    private final Map<Recipe, ActiveRequest> shared = new HashMap<>();
    private final Map<Audience.Reader, ReaderLink> links = new HashMap<>();
    private final Promise<Void> drained = Promise.promise();
    private Optional<Failure> refusal = Optional.empty();

    LaneRequests(ModelSpec spec, Stage stage, Lane lane) {
        this.stage = stage;
        this.lane = lane;
        encoder = new FrameEncoder(stage.encoders(), spec);
    }

    /**
     * Where a request of a session keeps its states.
     *
     * @param states the session's
     * @param refinedId the request that this one refines; absent if it begins anew
     */
    record SessionPlace(SessionStates states, Optional<String> refinedId) {}

    Stage stage() {
        return stage;
    }

    Lane lane() {
        return lane;
    }

    /** Makes the events of frames. */
    FrameEncoder encoder() {
        return encoder;
    }

    /** Admits or refuses a request. */
    Submission submit(PlannedRequest planned, long submittedNanos, Optional<SessionPlace> place) {
        if (refusal.isPresent()) {
            return new Submission.Refused(refusal.get());
        }
        long nowNanos = System.nanoTime();
        long deadlineNanos = submittedNanos + planned.timeout().toNanos();
        if (deadlineNanos - nowNanos <= 0) {
            return new Submission.Refused(
                    Failure.DeadlineExceeded.missed(lane.jobs().reachable(planned)));
        }
        ReaderLink.Term term = new ReaderLink.Term(nowNanos, deadlineNanos, place.map(SessionPlace::states));
        ActiveRequest running = planned.repeatable() ? shared.get(planned.recipe()) : null;
        if (running != null && serves(running, planned)) {
            return join(running, planned, term);
        }
        Optional<List<Frame>> kept = planned.repeatable() ? stage.cache().find(planned.recipe()) : Optional.empty();
        if (kept.isPresent()) {
            return new Submission.Admitted(replay(kept.get(), planned, term));
        }
        return enter(planned, term, place);
    }

    /**
     * Whether a running request is served no later than this one may be, by its rank, and does not wait for its first
     * step in another tenant's line, or might be shed with it. Else this one is entered, and later ones join it.
     */
    private static boolean serves(ActiveRequest running, PlannedRequest planned) {
        boolean ours =
                running.planned().client().tenant().equals(planned.client().tenant());
        return rank(running.planned()).compareTo(rank(planned)) <= 0 && (ours || running.evaluationsBegun() > 0);
    }

    private static Rank rank(PlannedRequest planned) {
        return planned.client().rank();
    }

    /** A reader more of a request that runs, or that stands since all its readers paused. */
    private Submission join(ActiveRequest running, PlannedRequest planned, ReaderLink.Term term) {
        Audience audience = running.audience();
        long now = term.nowNanos();
        long latest = now + Math.max(term.deadlineNanos() - now, audience.latestDeadlineNanos(now) - now);
        Optional<Failure> failure = audience.paused() ? lane.proceed(running, latest) : Optional.empty();
        if (failure.isPresent()) {
            return new Submission.Refused(failure.get());
        }
        RequestStream stream = read(running, planned, planned.accepted(), term);
        lane.jobs().extend(running, latest);
        stage.changed().run();
        return new Submission.Admitted(stream);
    }

    private Submission enter(PlannedRequest planned, ReaderLink.Term term, Optional<SessionPlace> place) {
        ActiveRequest request =
                new ActiveRequest(planned, new Audience(stage.settings().framesPerSample(), planned.repeatable()));
        for (int sample = 0; sample < planned.paths().size(); sample++) {
            if (planned.progress().get(sample) < planned.paths().get(sample).length()) {
                Trajectory trajectory = new Trajectory(request, sample);
                place.flatMap(p -> known(p, planned)).ifPresent(state -> trajectory.startAt(state));
                request.add(trajectory);
            }
        }
        Optional<Failure> failure = lane.jobs().enter(request.unfinished(), term.deadlineNanos());
        if (failure.isPresent()) {
            return new Submission.Refused(failure.get());
        }
        open.add(request);
        if (planned.repeatable()) {
            shared.put(planned.recipe(), request);
        }
        RequestStream stream = read(request, planned, planned.accepted(), term);
        request.finishIfDone(term.nowNanos());
        stage.changed().run();
        return new Submission.Admitted(stream);
    }

    /** A state of what is refined, so that the steps to it need not be taken again. */
    private static Optional<SessionStates.State> known(SessionPlace place, PlannedRequest planned) {
        List<Refinement> refinements = planned.recipe().refinements();
        return place.refinedId()
                .flatMap(id -> place.states()
                        .find(
                                id,
                                refinements.get(refinements.size() - 1).sample(),
                                planned.accepted().terms().fromStep()));
    }

    private RequestStream replay(List<Frame> frames, PlannedRequest planned, ReaderLink.Term term) {
        ActiveRequest request =
                new ActiveRequest(planned, new Audience(stage.settings().framesPerSample(), false));
        open.add(request);
        RequestStream stream = read(request, planned, planned.accepted().fromCache(), term);
        frames.forEach(request.audience()::offer);
        int shown = frames.stream()
                .filter(Frame::last)
                .mapToInt(last -> planned.rule(last.sample()).shownBefore(last.step() - 1) + 1)
                .sum();
        stream.skip(shown - frames.size());
        request.finishIfDone(term.nowNanos());
        return stream;
    }

    /** Adds a reader to a request. */
    private RequestStream read(
            ActiveRequest request, PlannedRequest asking, GenerationEvent.Accepted accepted, ReaderLink.Term term) {
        ReaderLink link = new ReaderLink(this, request, asking, accepted, term);
        links.put(link.reader(), link);
        request.audience().add(link.reader());
        return link.stream();
    }

    /** Whether this was a reader until now; from now on it is none. */
    boolean left(Audience.Reader reader) {
        return links.remove(reader) != null;
    }

    /** Ends a request before its last picture: its work leaves at the next step boundary. */
    void end(ActiveRequest request, Failure failure) {
        request.audience().readers().forEach(reader -> links.get(reader).readerDone(Optional.of(failure)));
    }

    /** Every sample has its final picture, which the readers may still have to take. */
    void finished(ActiveRequest request) {
        if (shared.remove(request.planned().recipe(), request)) {
            stage.cache().keep(request.planned().recipe(), request.audience().newest());
        }
    }

    /** Nobody reads a request any more. */
    void close(ActiveRequest request) {
        request.close();
        lane.jobs().leave(request.unfinished());
        shared.remove(request.planned().recipe(), request);
        stage.cache().weighAgain(request.planned().recipe(), request.audience().newest());
        open.remove(request);
        if (refusal.isPresent() && open.isEmpty()) {
            drained.tryComplete();
        }
    }

    /**
     * Admits nothing more.
     *
     * @param refusal told to everyone who asks from now on
     * @param grace how long running streams may go on; absent for as long as they like
     * @return completes when no stream is open
     */
    Future<Void> drain(Failure refusal, Optional<Duration> grace) {
        this.refusal = Optional.of(refusal);
        if (open.isEmpty()) {
            drained.tryComplete();
        } else if (grace.isPresent() && grace.get().toMillis() == 0) {
            endAll(refusal);
        } else if (grace.isPresent()) {
            stage.vertx().setTimer(grace.get().toMillis(), id -> endAll(refusal));
        }
        return drained.future();
    }

    private void endAll(Failure failure) {
        Set.copyOf(open).forEach(request -> end(request, failure));
    }
}
