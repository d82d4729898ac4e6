package dev.glimpse.api.http;

import dev.glimpse.access.Entrance;
import dev.glimpse.api.web.Problem;
import dev.glimpse.api.web.WholeAnswer;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ModelProfile;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.math.Sampler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models that a client is served, and the limits that hold, as JSON. */
final class ModelList {
    private static final Logger LOG = LoggerFactory.getLogger(ModelList.class);

    private final Entrance entrance;

    ModelList(Entrance entrance) {
        this.entrance = entrance;
    }

    void answer(RoutingContext context) {
        Entrance.Entry entry =
                entrance.enter(context.request().headers(), context.request().connection());
        if (entry instanceof Entrance.Entry.Admitted admitted) {
            answer(context, admitted.generator());
        } else {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            Problem.denied(context, 401, ((Entrance.Entry.Refused) entry).message());
        }
    }

    private static void answer(RoutingContext context, Generator generator) {
        List<ModelVersion> versions = generator.versions();
        JsonArray models = new JsonArray();
        generator.models().forEach(model -> {
            JsonObject described = describe(model);
            profile(versions, model).ifPresent(profile -> {
                described.put("samplers", samplers(profile));
                profile.lastJumpT().ifPresent(t -> described.put("last_jump_t", t));
            });
            models.add(described);
        });
        GenerationLimits limits = generator.limits();
        JsonObject body = new JsonObject()
                .put("models", models)
                .put(
                        "limits",
                        new JsonObject()
                                .put("max_steps", limits.maxSteps())
                                .put("max_count", limits.maxCount())
                                .put("max_nfe", limits.maxNfe())
                                .put("max_duration_ms", limits.maxDuration().toMillis()));
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        WholeAnswer.end(context.request(), body.toBuffer())
                .onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }

    private static JsonObject describe(ServedModel model) {
        return new JsonObject()
                .put("name", model.name())
                .put("version", model.version())
                .put("labels", new JsonArray(model.labels()))
                .put("channels", model.channels())
                .put("height", model.height())
                .put("width", model.width())
                .put("sigma_min", model.sigmaMin())
                .put("sigma_max", model.sigmaMax())
                .put("device", model.device());
    }

    private static Optional<ModelProfile> profile(List<ModelVersion> versions, ServedModel model) {
        return versions.stream()
                .flatMap(version -> version.profile().stream())
                .filter(profile -> profile.model().equals(model))
                .findFirst();
    }

    private static JsonArray samplers(ModelProfile profile) {
        return new JsonArray(profile.samplers().stream().map(Sampler::wireName).toList());
    }
}
