package dev.glimpse.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.function.Function;

/** JSON as people read and write it. */
public final class JsonText {
    private JsonText() {}

    /** Indented, and with letters such as {@code <} as they are. */
    public static String indented(JsonElement json) {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(json);
    }

    /**
     * Something made of the fields of an object.
     *
     * @param source names the text in messages
     * @throws ModelFormatException if the text is no object, or the reader refuses one of its fields
     */
    static <T> T read(String text, String source, Function<JsonFields, T> reader) {
        try {
            JsonElement element = JsonParser.parseString(text);
            if (!element.isJsonObject()) {
                throw new ModelFormatException(source + ": " + element + " (expected: a JSON object)");
            }
            return reader.apply(new JsonFields(element.getAsJsonObject(), source));
        } catch (JsonParseException | IllegalArgumentException e) {
            throw new ModelFormatException(source + ": " + e.getMessage());
        }
    }
}
