package dev.glimpse.api.http;

import dev.glimpse.api.json.RequestFields;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.BodyFailure;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.HttpCall;
import dev.glimpse.api.web.Problem;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.FinalPictures;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.Guarded;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures over plain HTTP, at {@value #PATH}: a {@code POST} with JSON, or a {@code GET} with the fields in its
 * address. The header {@code Accept} chooses the answer: JSON with the final pictures, the picture itself, or every
 * event as it happens, as server-sent events.
 *
 * <p>A client that leaves frees what it asked for. Errors are those of {@link HttpDoor}. Safe to mount on any number of
 * event loops.
 */
public final class GenerateEndpoint {
    static final String PATH = "/v1/generate";

    private static final String EVENTS = "text/event-stream";
    private static final List<String> ANSWERS = List.of(PictureAnswer.JSON, EVENTS, PictureAnswer.PNG);
    private static final String ANSWER = "glimpse.answer";
    private static final Logger LOG = LoggerFactory.getLogger(GenerateEndpoint.class);

    private final Doorway doorway;
    private final EventStreamSettings events;
    private final BodyBounds bodies;

    /** @param bodies what the bodies of requests are held to */
    public GenerateEndpoint(Doorway doorway, EventStreamSettings events, BodyBounds bodies) {
        this.doorway = doorway;
        this.events = events;
        this.bodies = bodies;
    }

    /** Adds the route. */
    public void mount(Router router) {
        // Two routes, as Vert.x lets nothing run before a body's reader on its own one.
        route(router)
                .handler(context -> doorway.admit(context, Problem::denied))
                .handler(GenerateEndpoint::chooseAnswer)
                .handler(GenerateEndpoint::requireJson);
        route(router)
                .handler(bodies.reader())
                .handler(doorway::take)
                .handler(this::answer)
                .failureHandler(new BodyAnswer(bodies)::fail);
    }

    private static Route route(Router router) {
        return router.route(PATH).method(HttpMethod.GET).method(HttpMethod.POST);
    }

    private static void chooseAnswer(RoutingContext context) {
        List<String> accept = context.request().headers().getAll(HttpHeaders.ACCEPT);
        AcceptedType.of(accept, ANSWERS)
                .ifPresentOrElse(
                        type -> context.put(ANSWER, type).next(),
                        () -> Problem.of(
                                        406,
                                        "invalid_argument",
                                        "Accept: " + String.join(", ", accept) + " (expected: " + PictureAnswer.JSON
                                                + ", " + EVENTS + " or " + PictureAnswer.PNG + ")")
                                .answer(context));
    }

    private static void requireJson(RoutingContext context) {
        if (context.request().method().equals(HttpMethod.GET)) {
            // The address says all. Vert.x would break at a form, as it takes none apart that a GET brings.
            context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
            context.next();
            return;
        }
        BodyFailure.packedOrNot(PictureAnswer.JSON, context.request())
                .ifPresentOrElse(refused -> BodyAnswer.refuse(context, refused), context::next);
    }

    private void answer(RoutingContext context) {
        Generator generator = Doorway.generator(context);
        HttpCall call = new HttpCall(context, events, generator.limits().maxDuration());
        Optional<String> lastEvent = Optional.ofNullable(context.request().getHeader("Last-Event-ID"))
                .filter(id -> !id.isEmpty());
        if (lastEvent.filter(EventStreamRelay.END::equals).isPresent()) {
            // What browsers take for: connect no more.
            call.answer(204);
            return;
        }
        String accepted = context.get(ANSWER);
        try {
            JsonObject json = fields(context);
            lastEvent.ifPresent(id -> goOn(json, id));
            Asked read = Asked.read(json);
            Asked asked = accepted.equals(EVENTS) ? read : read.withoutPreviews();
            if (accepted.equals(PictureAnswer.PNG)) {
                requireOnePicture(asked);
            }
            submit(new Reader(call, accepted, lastEvent), () -> asked.submit(generator));
        } catch (InvalidFieldException e) {
            Problem.of(e.failure()).answer(call);
        }
    }

    private static JsonObject fields(RoutingContext context) {
        if (context.request().method().equals(HttpMethod.GET)) {
            return QueryFields.read(query(context));
        }
        String body = context.body().asString();
        return RequestFields.object("body", body == null ? "" : body);
    }

    private static MultiMap query(RoutingContext context) {
        try {
            return context.queryParams();
        } catch (HttpException e) {
            // Else it would end where bodies do that cannot be read, of which there is none.
            throw new InvalidFieldException("query", context.request().query(), "percent-encoded fields");
        }
    }

    /**
     * The token of the last event says all that the fields said, but for pictures and how long this client waits now.
     */
    private static void goOn(JsonObject json, String token) {
        json.fieldNames().retainAll(Set.of("timeout_ms", "edit"));
        json.put(ResumeRequest.FIELD, token);
    }

    private static void requireOnePicture(Asked asked) {
        if (asked instanceof Asked.Pictures pictures) {
            GenerationRequest request = pictures.request();
            if (request.count() != 1) {
                throw new InvalidFieldException("count", request.count(), "1 with Accept: image/png");
            }
            if (request.format() != ImageFormat.PNG) {
                String format = request.format().name().toLowerCase(Locale.ROOT);
                throw new InvalidFieldException("format", format, "png or absent with Accept: image/png");
            }
        } else {
            throw new InvalidFieldException(ResumeRequest.FIELD, "given", "none with Accept: image/png");
        }
    }

    /** Who waits for an answer, of which type, and the event behind which they go on if they do. */
    private record Reader(HttpCall call, String accepted, Optional<String> lastEvent) {
        boolean readsEvents() {
            return accepted.equals(EVENTS);
        }
    }

    private static void submit(Reader reader, Supplier<Future<Submission>> handingIn) {
        Guarded.call(handingIn)
                .onSuccess(submission -> submitted(reader, submission))
                .onFailure(bug -> broken(reader.call(), UUID.randomUUID().toString(), bug));
    }

    private static void submitted(Reader reader, Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            refused(reader, refused.failure());
        } else if (submission instanceof Submission.Admitted admitted) {
            if (reader.readsEvents()) {
                new EventStreamRelay(admitted.stream(), reader.call().events()).start();
            } else {
                collect(reader.call(), admitted.stream(), reader.accepted());
            }
        } else {
            broken(
                    reader.call(),
                    UUID.randomUUID().toString(),
                    new AssertionError("submission without an answer: " + submission));
        }
    }

    private static void refused(Reader reader, Failure failure) {
        Optional<String> again = reader.lastEvent().filter(id -> reader.readsEvents());
        if (again.isPresent() && failure.retry().isPresent()) {
            EventStreamRelay.postpone(reader.call().events(), again.get(), failure);
        } else {
            Problem.of(failure).answer(reader.call());
        }
    }

    private static void collect(HttpCall call, GenerationStream stream, String accepted) {
        call.onLeft(stream::cancel);
        FinalPictures.of(stream)
                .onSuccess(outcome -> outcome.either(
                        complete -> PictureAnswer.send(call, accepted, stream.accepted(), complete),
                        failure -> Problem.of(failure).answer(call)))
                .onFailure(bug -> {
                    stream.cancel();
                    broken(call, stream.accepted().requestId(), bug);
                });
    }

    private static void broken(HttpCall call, String requestId, Throwable bug) {
        LOG.error("Request {} broke", requestId, bug);
        Problem.of(new Failure.Internal(requestId)).answer(call);
    }
}
