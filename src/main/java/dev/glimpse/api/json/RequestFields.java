package dev.glimpse.api.json;

import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads the fields of a request; what is absent gets its default here. */
public final class RequestFields {
    private static final List<String> CLASS_FIELDS = List.of("class", "class_index", "class_name");
    private static final Set<String> TOKEN_FIELDS = Set.of(ResumeRequest.FIELD, "edit", "timeout_ms");
    private static final Set<String> GENERATE_FIELDS = Set.of(
            "model",
            "model_version",
            "seed",
            "count",
            "class",
            "class_index",
            "class_name",
            "sampler",
            "steps",
            "gamma",
            "gamma_form",
            "churn",
            "knots",
            "edit",
            "preview",
            "format",
            "timeout_ms",
            "quality",
            "deterministic");

    private RequestFields() {}

    /**
     * The object that a text holds.
     *
     * @param name what errors call it
     * @throws InvalidFieldException if it is none, or naming a field that is there twice
     */
    public static JsonObject object(String name, String text) {
        try {
            return StrictJson.object(text);
        } catch (DecodeException e) {
            throw MessageFields.refused(name, text, "a JSON object");
        }
    }

    /**
     * A request from its beginning.
     *
     * @param others further fields that the object may hold
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    public static GenerationRequest request(MessageFields fields, Set<String> others) {
        fields.requireNoneBut(union(GENERATE_FIELDS, others));
        return new GenerationRequest(
                fields.text("model").orElse(""),
                fields.text("model_version").orElse(""),
                fields.unsigned64("seed"),
                fields.whole("count").orElse(1),
                label(fields),
                PlanFields.read(fields),
                fields.choice("preview", PreviewKind.class).orElse(PreviewKind.EXACT),
                fields.choice("format", ImageFormat.class).orElse(ImageFormat.PNG),
                timeout(fields),
                fields.choice("quality", Quality.class).orElse(Quality.FIXED),
                fields.flag("deterministic").orElse(true),
                fields.object("edit").map(EditFields::read));
    }

    /**
     * A request to go on; for an object that has a token.
     *
     * @param others further fields that the object may hold
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    public static ResumeRequest resume(MessageFields fields, Set<String> others) {
        fields.requireNoneBut(union(TOKEN_FIELDS, others));
        return new ResumeRequest(
                fields.text(ResumeRequest.FIELD).orElseThrow(),
                timeout(fields),
                fields.object("edit").map(EditFields::read));
    }

    /** How long the client waits, the field "timeout_ms". */
    public static Optional<Duration> timeout(MessageFields fields) {
        // Who waits for weeks waits as long as the server does, which ends it earlier.
        OptionalInt millis = fields.saturated("timeout_ms");
        if (millis.isEmpty()) {
            return Optional.empty();
        }
        if (millis.getAsInt() < 1) {
            throw MessageFields.refused("timeout_ms", millis.getAsInt(), "at least 1");
        }
        return Optional.of(Duration.ofMillis(millis.getAsInt()));
    }

    private static Optional<ClassLabel> label(MessageFields fields) {
        List<String> given = CLASS_FIELDS.stream().filter(fields::has).toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (given.size() > 1) {
            throw new InvalidFieldException(
                    given.get(1), "given beside " + given.get(0), "one of " + String.join(", ", CLASS_FIELDS));
        }
        return Optional.of(
                switch (given.get(0)) {
                    case "class_index" -> index(fields, "class_index");
                    case "class_name" -> name(fields, "class_name");
                    default -> fields.isText("class") ? name(fields, "class") : index(fields, "class");
                });
    }

    private static ClassLabel index(MessageFields fields, String field) {
        return new ClassLabel.Index(fields.whole(field).orElseThrow(), field);
    }

    private static ClassLabel name(MessageFields fields, String field) {
        return new ClassLabel.Name(fields.text(field).orElseThrow(), field);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }
}
