package dev.glimpse.api.oip;

import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.BodyFailure;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.WholeAnswer;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The protocol's paths. Whether the server lives and is ready is told to everybody, the rest to known callers. */
final class RestRoutes {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PARTS = "multipart/";
    private static final List<String> MODEL = List.of("/v2/models/:model", "/v2/models/:model/versions/:version");

    /** Paths of Triton's extensions that this server does not have. */
    private static final Pattern ELSEWHERE = Pattern.compile("/v2/((models/.+/)?trace/setting|logging"
            + "|(system|cuda)sharedmemory/.+|models/(.+/)?stats|repository/models/.+/(load|unload))");

    private static final Logger LOG = LoggerFactory.getLogger(RestRoutes.class);

    private final Doorway doorway;
    private final Facts facts;
    private final EventStreamSettings events;
    private final BodyBounds bodies;

    RestRoutes(Doorway doorway, Facts facts, EventStreamSettings events, BodyBounds bodies) {
        this.doorway = doorway;
        this.facts = facts;
        this.events = events;
        this.bodies = bodies;
    }

    void mount(Router router) {
        get(
                router,
                "/v2/health/live",
                context -> json(context, 200, new JsonObject().put("live", true).toBuffer()));
        get(router, "/v2/health/ready", this::ready);
        router.route("/v2").handler(this::admit);
        router.route("/v2/*").handler(this::admit);
        get(router, "/v2", context -> json(context, 200, JsonFacts.server(facts).toBuffer()));
        // Not a model of that name.
        router.route("/v2/models/stats").handler(RestRoutes::nothingHere);
        for (String path : MODEL) {
            aboutAModel(router, path);
            post(router, path + "/infer", RestInfer::answer);
            post(router, path + "/generate", RestGenerate::answer);
            post(router, path + "/generate_stream", RestGenerate::stream);
        }
        router.post("/v2/repository/index")
                .handler(context -> json(
                        context,
                        200,
                        JsonFacts.index(Doorway.generator(context)).toBuffer()));
        router.route("/v2/repository/index").handler(context -> notTaken(context, "POST"));
        router.route("/v2/*").handler(RestRoutes::nothingHere);
    }

    private void aboutAModel(Router router, String path) {
        get(router, path + "/ready", context -> served(context, (generator, model) -> modelReady(context, model)));
        get(
                router,
                path + "/config",
                context -> served(
                        context,
                        (generator, model) ->
                                json(context, 200, JsonFacts.config(model).toBuffer())));
        get(
                router,
                path,
                context -> served(
                        context,
                        (generator, model) -> json(
                                context, 200, JsonFacts.model(generator, model).toBuffer())));
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.get(path).method(HttpMethod.HEAD).handler(handler);
        router.route(path).handler(context -> notTaken(context, "GET, HEAD"));
    }

    /** What a request with a body is answered by. */
    private interface Answer {
        void answer(RoutingContext context, Generator generator, ModelAddress model, EventStreamSettings settings);
    }

    private void post(Router router, String path, Answer answer) {
        router.post(path).handler(RestRoutes::requireUnpacked).handler(RestRoutes::takeAsItIs);
        // Two routes, as Vert.x lets nothing run before a body's reader on its own one.
        router.post(path)
                .handler(bodies.reader())
                .handler(doorway::take)
                .handler(
                        context -> answer.answer(context, Doorway.generator(context), ModelAddress.of(context), events))
                .failureHandler(this::fail);
        router.route(path).handler(context -> notTaken(context, "POST"));
    }

    /**
     * Drops the type that curl gives a body unless it is told: Vert.x would take the JSON apart as a form. A body in
     * parts it would, too, and nothing be left of it.
     */
    private static void takeAsItIs(RoutingContext context) {
        String given = String.valueOf(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        String type = given.toLowerCase(Locale.ROOT);
        if (type.startsWith(PARTS)) {
            RestErrors.answer(context, 415, "Content-Type: " + given + " (expected: application/json)");
            return;
        }
        if (type.startsWith(FORM)) {
            context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
        }
        context.next();
    }

    private static void requireUnpacked(RoutingContext context) {
        BodyFailure.packed(context.request())
                .ifPresentOrElse(
                        refused -> RestErrors.answer(context, refused.status(), refused.message()), context::next);
    }

    private void ready(RoutingContext context) {
        boolean ready = facts.ready().getAsBoolean();
        json(context, ready ? 200 : 503, new JsonObject().put("ready", ready).toBuffer());
    }

    private void admit(RoutingContext context) {
        doorway.admit(context, RestErrors::answer);
    }

    /** Tells something of a model that is served. */
    private static void served(RoutingContext context, BiConsumer<Generator, ServedModel> telling) {
        Generator generator = Doorway.generator(context);
        ModelAddress address = ModelAddress.of(context);
        Optional<ServedModel> model = Facts.find(generator, address.name(), address.version());
        if (model.isPresent()) {
            telling.accept(generator, model.get());
        } else {
            RestErrors.answer(
                    context,
                    404,
                    Facts.notFound(generator, address.name(), address.version()).message());
        }
    }

    private void modelReady(RoutingContext context, ServedModel model) {
        boolean ready = facts.ready().getAsBoolean();
        JsonObject body = new JsonObject().put("name", model.name()).put("ready", ready);
        json(context, ready ? 200 : 503, body.toBuffer());
    }

    /** Answers a path that there is, but not with that method (RFC 9110, section 15.5.6). */
    private static void notTaken(RoutingContext context, String allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        String message = context.request().method() + " " + context.normalizedPath() + " (expected: " + allowed + ")";
        RestErrors.answer(context, 405, message);
    }

    private static void nothingHere(RoutingContext context) {
        String path = context.normalizedPath();
        if (ELSEWHERE.matcher(path).matches()) {
            RestErrors.answer(context, 501, path + ": this server does not support that extension");
        } else {
            String message = context.request().method() + " " + path + " (expected: a path of the protocol)";
            RestErrors.answer(context, 404, message);
        }
    }

    private void fail(RoutingContext context) {
        BodyFailure failure = BodyFailure.of(context, bodies);
        if (failure instanceof BodyFailure.Left) {
            LOG.debug("A client left before all of its request came", context.failure());
        } else if (failure instanceof BodyFailure.Refused refused) {
            RestErrors.answer(context, refused.status(), refused.message());
        } else {
            LOG.error("{} broke", context.normalizedPath(), context.failure());
            RestErrors.answer(context, 500, "internal error; the server's log has it");
        }
    }

    private static void json(RoutingContext context, int status, Buffer body) {
        context.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        WholeAnswer.end(context.request(), body)
                .onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }
}
