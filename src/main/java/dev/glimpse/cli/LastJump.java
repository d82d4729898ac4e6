package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.model.ModelSpec;
import java.math.BigDecimal;
import java.util.OptionalDouble;

/**
 * Where the last of several jumps is to begin, whatever the model says.
 *
 * @param t between sigma_min and sigma_max; empty: where the Karras grid of all times has its last knot but one
 */
record LastJump(OptionalDouble t) {
    private static final String NONE = "none";

    /**
     * What a value of {@code --last-jump-t} means for a model.
     *
     * @throws WrongInputException unless it is "none" or a level between the model's sigma_min and sigma_max
     */
    static LastJump of(String text, ModelSpec model) {
        if (text.equals(NONE)) {
            return new LastJump(OptionalDouble.empty());
        }
        double t = number(text);
        WrongInputException.require(
                new KarrasGrid(model.sigmaMin(), model.sigmaMax(), model.rho()).isOnTheWay(t),
                "--last-jump-t",
                text,
                "between sigma_min " + model.sigmaMin() + " and sigma_max " + model.sigmaMax() + ", or " + NONE);
        return new LastJump(OptionalDouble.of(t));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The level as the option takes it. */
    String told() {
        return t.isPresent()
                ? BigDecimal.valueOf(t.getAsDouble()).stripTrailingZeros().toPlainString()
                : NONE;
    }

    /** The walks that it makes, in a few words. */
    String walks() {
        return t.isPresent() ? "last jump from " + told() : "whole grid";
    }

    /** The level, or JSON's null for the whole grid. */
    JsonElement toJson() {
        return t.isPresent() ? new JsonPrimitive(t.getAsDouble()) : JsonNull.INSTANCE;
    }

    /** What {@link #toJson} wrote. */
    static LastJump of(JsonElement json) {
        return new LastJump(json.isJsonNull() ? OptionalDouble.empty() : OptionalDouble.of(json.getAsDouble()));
    }
}
