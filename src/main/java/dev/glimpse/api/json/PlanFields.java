package dev.glimpse.api.json;

import dev.glimpse.generation.PlanRequest;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads the fields that say how trajectories walk: "sampler", "steps", "gamma", "gamma_form", "churn" (an object with
 * "amount", "min_t", "max_t", "noise") and "knots" (an array of times, or an object with "grid" and "indices").
 */
public final class PlanFields {
    private static final Set<String> CHURN_FIELDS = Set.of("amount", "min_t", "max_t", "noise");
    private static final Set<String> KNOT_FIELDS = Set.of("grid", "indices");

    private PlanFields() {}

    public static PlanRequest read(MessageFields fields) {
        return new PlanRequest(
                fields.choice("sampler", Sampler.class),
                fields.real("gamma"),
                fields.choice("gamma_form", List.of(GammaForm.OFFICIAL, GammaForm.PAPER))
                        .orElse(GammaForm.OFFICIAL),
                fields.object("churn").map(PlanFields::churn).orElse(Churn.NONE),
                PlanRequest.knots(fields.whole("steps"), knots(fields)));
    }

    private static Churn churn(MessageFields fields) {
        fields.requireNoneBut(CHURN_FIELDS);
        OptionalDouble amount = fields.real("amount");
        return PlanRequest.churn(amount.orElse(0), fields.real("min_t"), fields.real("max_t"), fields.real("noise"));
    }

    private static Optional<Supplier<Knots>> knots(MessageFields fields) {
        if (!fields.has("knots")) {
            return Optional.empty();
        }
        if (fields.isArray("knots")) {
            List<Double> times = fields.reals("knots");
            return Optional.of(() -> new Knots.Times(times));
        }
        MessageFields knots = fields.object("knots", "an array of times, or an object with grid and indices")
                .orElseThrow();
        knots.requireNoneBut(KNOT_FIELDS);
        int grid = knots.whole("grid").orElse(0);
        List<Integer> indices = new ArrayList<>();
        for (double index : knots.reals("indices")) {
            if (index != (int) index) {
                throw MessageFields.refused("knots.indices", index, "whole numbers");
            }
            indices.add((int) index);
        }
        return Optional.of(() -> new Knots.OnGrid(grid, indices));
    }
}
