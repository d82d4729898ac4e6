package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * What a classifier's file tells of itself.
 *
 * @param config size of the network
 * @param classes names of the classes by index
 * @param testAccuracy share of the test pictures whose class it names, 0..1
 * @param dataSha256 checksum of the pictures and labels it learned from, 64 hexadecimal digits
 * @param training how it came about: seed, steps and the like; free in form
 */
public record ClassifierCard(
        ClassifierConfig config, List<String> classes, double testAccuracy, String dataSha256, JsonObject training) {
    private static final int FORMAT = 1;

    public ClassifierCard {
        classes = List.copyOf(classes);
        if (classes.size() != config.classes()) {
            throw new IllegalArgumentException(
                    "classes: " + classes + " (expected: " + config.classes() + ", as many as the network has)");
        }
    }

    /**
     * Parses a card.
     *
     * @param source names the file in messages
     * @throws ModelFormatException if a field is missing, unknown or holds a value that cannot be
     */
    static ClassifierCard parse(String text, String source) {
        return JsonText.read(text, source, ClassifierCard::read);
    }

    private static ClassifierCard read(JsonFields top) {
        int format = top.integer("format");
        if (format != FORMAT) {
            throw new IllegalArgumentException("format: " + format + " (expected: " + FORMAT + ")");
        }
        List<String> classes = top.texts("classes");
        ClassifierConfig config = new ClassifierConfig(
                top.integer("channels"),
                top.integer("height"),
                top.integer("width"),
                classes.size(),
                top.integers("widths"));
        ClassifierCard card = new ClassifierCard(
                config, classes, top.number("test_accuracy"), top.text("data_sha256"), top.object("training"));
        top.end();
        return card;
    }

    /** The text of the card, indented for people. */
    public String toJson() {
        JsonObject top = new JsonObject();
        top.addProperty("format", FORMAT);
        JsonArray names = new JsonArray();
        classes.forEach(names::add);
        top.add("classes", names);
        top.addProperty("channels", config.channels());
        top.addProperty("height", config.height());
        top.addProperty("width", config.width());
        JsonArray widths = new JsonArray();
        config.widths().forEach(widths::add);
        top.add("widths", widths);
        top.addProperty("test_accuracy", testAccuracy);
        top.addProperty("data_sha256", dataSha256);
        top.add("training", training);
        return JsonText.indented(top) + "\n";
    }
}
