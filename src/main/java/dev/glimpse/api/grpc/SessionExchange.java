package dev.glimpse.api.grpc;

import com.google.rpc.Status;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.api.web.Farewell;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.SessionDesk;
import dev.glimpse.generation.SessionLine;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Paused;
import glimpse.wire.v1.Resumed;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A session call: what its client asks for, and what it is told. */
final class SessionExchange implements StreamingCall.Inbound<SessionRequest>, SessionLine<SessionEvent> {
    private static final int MAX_ID_LENGTH = 64;
    private static final Failure NO_MORE = new Failure.Cancelled();

    private final StreamingCall<SessionRequest, SessionEvent> call;
    private final SessionDesk<SessionEvent> desk;

    /**
     * Requests by their ids that have not been accepted yet, for the paths of fields that are refused. Each has a place
     * at the desk, which bounds them, or is refused at once.
     */
    private final Map<String, SessionRequest> asking = new HashMap<>();

    /** The one that is being read, for the paths in refusals that have no id. */
    private Optional<SessionRequest> reading = Optional.empty();

    private boolean halfClosed;

    SessionExchange(Generator generator, StreamingCall<SessionRequest, SessionEvent> call, int maxGenerations) {
        this.call = call;
        desk = new SessionDesk<>(generator, this, maxGenerations);
        call.onUnfinished(desk::close);
        call.onFarewell(this::leave);
    }

    @Override
    public void received(SessionRequest request) {
        String id = request.getId();
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            desk.refuse(
                    Optional.empty(),
                    Failure.InvalidField.of("id", id.length() + " characters", "1.." + MAX_ID_LENGTH));
            return;
        }
        reading = Optional.of(request);
        try {
            act(id, request);
        } catch (InvalidFieldException e) {
            desk.refuse(Optional.of(id), e.failure());
        } finally {
            reading = Optional.empty();
        }
    }

    private void act(String id, SessionRequest request) {
        boolean begins = request.hasStart() || request.hasEdit() || request.hasRefine();
        if (begins && !desk.runs(id)) {
            asking.put(id, request);
        }
        switch (request.getActionCase()) {
            case START -> start(id, request.getStart());
            case EDIT -> edit(id, request.getEdit());
            case REFINE ->
                desk.refine(id, request.getRefine().getOf(), WireRefinements.read(request.getRefine(), call::timeLeft));
            case PAUSE -> desk.pause(id);
            case RESUME -> desk.proceed(id);
            case STOP -> desk.cancel(id);
            case ACTION_NOT_SET ->
                throw new InvalidFieldException(
                        "action", "absent or unknown", "one of start, edit, refine, pause, resume, stop");
        }
    }

    private void start(String id, GenerateRequest request) {
        Optional<Duration> timeout = call.timeLeft();
        if (request.getResumeToken().isEmpty()) {
            desk.start(id, WireRequests.read(request, timeout));
        } else {
            desk.resume(id, WireRequests.resume(request, timeout));
        }
    }

    private void edit(String id, EditRequest request) {
        Optional<Duration> timeout = call.timeLeft();
        if (request.getGenerate().getResumeToken().isEmpty()) {
            desk.start(id, WireEdits.read(request, timeout));
        } else {
            desk.resume(id, WireEdits.resume(request, timeout));
        }
    }

    /** No more generations, but those that run still come to their end; paused ones would wait for ever. */
    @Override
    public void halfClosed() {
        halfClosed = true;
        desk.finish(NO_MORE, () -> {
            desk.close();
            call.complete();
        });
    }

    /** Lets what runs end, and then the call; one that is asked nothing more ends by itself. */
    private void leave() {
        if (!halfClosed) {
            desk.drain(Farewell.ENDING, () -> call.fail(GrpcErrors.of(Farewell.ENDING)));
        }
    }

    @Override
    public SessionEvent accepted(String id, GenerationEvent.Accepted accepted) {
        asking.remove(id);
        return event(id).setAccepted(WireEvents.accepted(accepted)).build();
    }

    @Override
    public SessionEvent stepped(String id, GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped) {
        return event(id).setStep(WireEvents.stepped(stepped)).build();
    }

    @Override
    public SessionEvent finished(String id, GenerationEvent.Finished finished) {
        return event(id).setFinished(WireEvents.finished(finished)).build();
    }

    @Override
    public SessionEvent paused(String id) {
        return event(id).setPaused(Paused.getDefaultInstance()).build();
    }

    @Override
    public SessionEvent proceeded(String id) {
        return event(id).setResumed(Resumed.getDefaultInstance()).build();
    }

    @Override
    public SessionEvent failed(Optional<String> id, Failure failure) {
        Optional<SessionRequest> request = id.isPresent() ? id.map(asking::remove) : reading;
        return event(id.orElse("")).setFailed(status(failure, request)).build();
    }

    @Override
    public SessionEvent refused(String about, Failure failure) {
        return SessionEvent.newBuilder()
                .setFailed(GrpcErrors.about(about, status(failure, reading)))
                .build();
    }

    private static Status status(Failure failure, Optional<SessionRequest> request) {
        return request.map(message -> GrpcErrors.of(failure, message)).orElseGet(() -> GrpcErrors.of(failure));
    }

    private static SessionEvent.Builder event(String id) {
        return SessionEvent.newBuilder().setId(id);
    }

    @Override
    public Future<Void> write(SessionEvent message) {
        return call.send(message);
    }

    @Override
    public void holdInput() {
        call.holdInput();
    }

    @Override
    public void readInput() {
        call.readInput();
    }

    @Override
    public void broken() {
        desk.close();
    }
}
