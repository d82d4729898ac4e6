package dev.glimpse.api.json;

import dev.glimpse.generation.EditRequest;
import dev.glimpse.image.ImageFormat;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the object "edit" of a request: its "kind" (inpaint, colorize, upscale, stroke, interpolate), "image" and
 * "mask" as base64 of a PNG file, or with "format": "raw_u8" of pixels, "factor" for upscale, "start_t" for stroke and
 * "to_seed" for interpolate.
 */
final class EditFields {
    private static final Set<String> FIELDS = Set.of("kind", "image", "mask", "format", "factor", "start_t", "to_seed");

    private enum Kind {
        INPAINT("image", "mask", "format"),
        COLORIZE("image", "format"),
        UPSCALE("image", "format", "factor"),
        STROKE("image", "format", "start_t"),
        INTERPOLATE("to_seed");

        /** What an edit of this kind may say; anything else would have no effect, which its client did not mean. */
        private final Set<String> fields;

        Kind(String... own) {
            Set<String> all = new TreeSet<>(List.of(own));
            all.add("kind");
            fields = Collections.unmodifiableSet(all);
        }
    }

    private EditFields() {}

    static EditRequest read(MessageFields fields) {
        fields.requireNoneBut(FIELDS);
        Kind kind = fields.choice("kind", Kind.class)
                .orElseThrow(() -> MessageFields.refused(
                        "edit.kind", "none", "one of inpaint, colorize, upscale, stroke, interpolate"));
        for (String name : new TreeSet<>(FIELDS)) {
            if (fields.has(name) && !kind.fields.contains(name)) {
                throw MessageFields.refused(
                        "edit." + name,
                        "given",
                        "none with kind " + MessageFields.wireName(kind) + ", which takes "
                                + String.join(", ", kind.fields));
            }
        }
        return switch (kind) {
            case INPAINT -> new EditRequest.Inpaint(picture(fields, "image"), picture(fields, "mask"));
            case COLORIZE -> new EditRequest.Colorize(picture(fields, "image"));
            case UPSCALE ->
                new EditRequest.Upscale(
                        picture(fields, "image"), fields.whole("factor").orElse(0));
            case STROKE -> new EditRequest.Stroke(picture(fields, "image"), fields.real("start_t"));
            case INTERPOLATE -> interpolate(fields);
        };
    }

    private static EditRequest interpolate(MessageFields fields) {
        OptionalLong seed = fields.unsigned64("to_seed");
        if (seed.isEmpty()) {
            throw MessageFields.refused("edit.to_seed", "none", "a whole number of 64 bits");
        }
        return new EditRequest.Interpolate(seed.getAsLong());
    }

    private static EditRequest.Picture picture(MessageFields fields, String name) {
        ImageFormat format = fields.choice("format", ImageFormat.class).orElse(ImageFormat.PNG);
        if (format == ImageFormat.RAW_F32) {
            throw MessageFields.refused("edit.format", "raw_f32", "png or raw_u8");
        }
        String text = fields.text(name)
                .orElseThrow(() -> MessageFields.refused("edit." + name, "none", "a picture in base64"));
        try {
            return new EditRequest.Picture(Base64.getDecoder().decode(text), format);
        } catch (IllegalArgumentException e) {
            throw MessageFields.refused("edit." + name, text, "a picture in base64");
        }
    }
}
