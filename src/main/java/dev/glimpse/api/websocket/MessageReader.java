package dev.glimpse.api.websocket;

import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the text messages of clients; whatever a message says, the answer is a value and never an exception. */
final class MessageReader {
    private static final int MAX_ID_LENGTH = 64;
    private static final List<String> CLASS_FIELDS = List.of("class", "class_index", "class_name");
    private static final List<String> TYPES = List.of("generate", "refine", "pause", "resume", "cancel");
    private static final Set<String> ID_FIELDS = Set.of("type", "id");
    private static final Set<String> TOKEN_FIELDS = Set.of("type", "id", ResumeRequest.FIELD, "edit", "timeout_ms");
    private static final Set<String> REFINE_FIELDS = Set.of(
            "type",
            "id",
            "of",
            "sample",
            "from_step",
            "time",
            "branches",
            "sampler",
            "steps",
            "gamma",
            "gamma_form",
            "churn",
            "knots",
            "preview",
            "format",
            "timeout_ms");
    private static final Set<String> GENERATE_FIELDS = Set.of(
            "type",
            "id",
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

    private MessageReader() {}

    static ClientMessage read(String text) {
        Optional<String> id = Optional.empty();
        try {
            JsonObject json = object(text);
            MessageFields fields = new MessageFields(json);
            String type = fields.text("type").orElse("");
            if (!TYPES.contains(type)) {
                throw MessageFields.refused("type", json.getValue("type"), "one of " + String.join(", ", TYPES));
            }
            String name = id(fields);
            id = Optional.of(name);
            return message(type, name, fields);
        } catch (InvalidFieldException e) {
            return new ClientMessage.Unreadable(id, new Failure.InvalidField(e.field(), e.getMessage()));
        }
    }

    private static JsonObject object(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException | ClassCastException | UnsupportedOperationException e) {
            throw MessageFields.refused("message", text, "a JSON object");
        }
    }

    private static String id(MessageFields fields) {
        String id = fields.text("id").orElse("");
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw MessageFields.refused("id", id, "1.." + MAX_ID_LENGTH + " characters");
        }
        return id;
    }

    private static ClientMessage message(String type, String id, MessageFields fields) {
        if (type.equals("generate")) {
            return fields.has(ResumeRequest.FIELD)
                    ? new ClientMessage.GoOn(id, token(fields))
                    : new ClientMessage.Generate(id, request(fields));
        }
        if (type.equals("refine")) {
            return refine(id, fields);
        }
        fields.requireNoneBut(ID_FIELDS);
        return switch (type) {
            case "pause" -> new ClientMessage.Pause(id);
            case "resume" -> new ClientMessage.Resume(id);
            default -> new ClientMessage.Cancel(id);
        };
    }

    private static ResumeRequest token(MessageFields fields) {
        fields.requireNoneBut(TOKEN_FIELDS);
        return new ResumeRequest(
                fields.text(ResumeRequest.FIELD).orElseThrow(),
                timeout(fields),
                fields.object("edit").map(EditFields::read));
    }

    private static ClientMessage refine(String id, MessageFields fields) {
        fields.requireNoneBut(REFINE_FIELDS);
        Refinement refinement = new Refinement(
                fields.whole("sample").orElse(0),
                fields.whole("from_step").orElse(0),
                fields.real("time"),
                fields.whole("branches").orElse(1),
                PlanFields.read(fields));
        PreviewKind preview = fields.choice("preview", PreviewKind.class).orElse(PreviewKind.EXACT);
        ImageFormat format = fields.choice("format", ImageFormat.class).orElse(ImageFormat.PNG);
        Optional<Duration> timeout = timeout(fields);
        return new ClientMessage.Refine(
                id,
                fields.text("of").orElse(""),
                requestId -> new RefineRequest(requestId, refinement, preview, format, timeout));
    }

    private static GenerationRequest request(MessageFields fields) {
        fields.requireNoneBut(GENERATE_FIELDS);
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

    private static Optional<ClassLabel> label(MessageFields fields) {
        List<String> given = CLASS_FIELDS.stream().filter(fields::has).toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (given.size() > 1) {
            throw new InvalidFieldException(given.get(1), "given twice", "one of " + String.join(", ", CLASS_FIELDS));
        }
        return Optional.of(
                switch (given.get(0)) {
                    case "class_index" -> index(fields, "class_index");
                    case "class_name" -> name(fields, "class_name");
                    default -> fields.isText("class") ? name(fields, "class") : index(fields, "class");
                });
    }

    private static ClassLabel index(MessageFields fields, String field) {
        return new ClassLabel.Index(fields.whole(field).orElseThrow());
    }

    private static ClassLabel name(MessageFields fields, String field) {
        return new ClassLabel.Name(fields.text(field).orElseThrow());
    }

    private static Optional<Duration> timeout(MessageFields fields) {
        OptionalInt millis = fields.whole("timeout_ms");
        if (millis.isEmpty()) {
            return Optional.empty();
        }
        if (millis.getAsInt() < 1) {
            throw MessageFields.refused("timeout_ms", millis.getAsInt(), "at least 1");
        }
        return Optional.of(Duration.ofMillis(millis.getAsInt()));
    }
}
