package dev.glimpse.api.http;

import dev.glimpse.api.web.Problem;
import dev.glimpse.generation.ModelShelf;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.generation.ShelfRefusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions of a running server, for its operator: {@code GET /v1/models} lists them, and {@code POST
 * /v1/models/NAME/versions/VERSION/} followed by {@code load}, {@code unload} or {@code prefer} changes them. Meant for
 * the admin port.
 *
 * <p>A change needs the content type application/json, so that no page in the operator's browser can make one.
 */
public final class ShelfEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(ShelfEndpoints.class);
    private static final String JSON = "application/json";

    private final ModelShelf shelf;
    private final ShelfKeeper keeper;

    public ShelfEndpoints(ModelShelf shelf, ShelfKeeper keeper) {
        this.shelf = shelf;
        this.keeper = keeper;
    }

    /** Adds every route. */
    public void mount(Router router) {
        router.get("/v1/models").handler(context -> answer(context, 200, list()));
        String version = "/v1/models/:name/versions/:version/";
        router.post(version + "load").handler(context -> change(context, this::load));
        router.post(version + "unload").handler(context -> change(context, this::unload));
        router.post(version + "prefer").handler(context -> change(context, this::prefer));
    }

    /** What a change asks for. */
    private interface Change {
        void apply(RoutingContext context, String name, String version);
    }

    private void change(RoutingContext context, Change change) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            Problem.of(
                            415,
                            "invalid_argument",
                            "Content-Type: " + (type == null ? "none" : type) + " (expected: " + JSON + ")")
                    .answer(context);
            return;
        }
        change.apply(context, context.pathParam("name"), context.pathParam("version"));
    }

    private void load(RoutingContext context, String name, String version) {
        keeper.load(name, version)
                .onSuccess(refusal -> answer(context, refusal, 200))
                .onFailure(context::fail);
    }

    /** Answered at once, as streams may take their time to end. */
    private void unload(RoutingContext context, String name, String version) {
        answer(context, keeper.unload(name, version), 202);
    }

    private void prefer(RoutingContext context, String name, String version) {
        answer(context, keeper.prefer(name, version), 200);
    }

    private void answer(RoutingContext context, Optional<ShelfRefusal> refusal, int done) {
        refusal.ifPresentOrElse(refused -> problem(refused).answer(context), () -> answer(context, done, list()));
    }

    private static Problem problem(ShelfRefusal refusal) {
        if (refusal instanceof ShelfRefusal.Unknown) {
            return Problem.of(404, "not_found", refusal.message());
        }
        if (refusal instanceof ShelfRefusal.AlreadyHere || refusal instanceof ShelfRefusal.LastOne) {
            return Problem.of(409, "failed_precondition", refusal.message());
        }
        if (refusal instanceof ShelfRefusal.Unloadable) {
            return Problem.of(422, "failed_precondition", refusal.message());
        }
        throw new AssertionError("refusal without a status: " + refusal);
    }

    private JsonObject list() {
        JsonArray models = new JsonArray();
        for (ModelShelf.ModelState state : shelf.states()) {
            JsonObject model = new JsonObject()
                    .put("name", state.name())
                    .put("version", state.version())
                    .put("state", state.standing().name().toLowerCase(Locale.ROOT));
            if (!state.reason().isEmpty()) {
                model.put("reason", state.reason());
            }
            models.add(model);
        }
        return new JsonObject().put("models", models);
    }

    private static void answer(RoutingContext context, int status, JsonObject json) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(json.toBuffer())
                .onFailure(cause -> LOG.debug("An operator left before the answer", cause));
    }
}
