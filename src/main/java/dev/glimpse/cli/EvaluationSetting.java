package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.glimpse.generation.EditResolver;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One way to draw samples that an evaluation looks at.
 *
 * @param sampler name in lower case
 * @param gamma share of fresh noise
 * @param steps that were asked for
 * @param nfe network evaluations of a picture
 * @param knots times of one's own that it stops at; empty for the model's grid
 * @param lastJump where the last of several jumps begins, if the command says so; empty for what the model says
 * @param plan index of its plan among those that differ: with one step, every gamma is the same walk
 */
record EvaluationSetting(
        String sampler, double gamma, int steps, int nfe, List<Double> knots, Optional<LastJump> lastJump, int plan) {
    private static final String LAST_JUMP = "last_jump_t";
    private static final int LEGEND_KNOTS = 4;
    private static final MathContext LEGEND_DIGITS = new MathContext(3);

    /**
     * Every one of the rules with every place of the last jump and every walk, in that order, but once where the place
     * makes no difference.
     *
     * @param lastJumps where last jumps begin; empty: where the model says
     * @param plans receives the plans that differ
     * @throws InvalidPlanException naming the knot that cannot be walked
     */
    static List<EvaluationSetting> grid(
            Set<Rule> rules, Set<LastJump> lastJumps, Set<Knots> walks, ModelSpec spec, List<StepPlan> plans) {
        Set<EvaluationSetting> settings = new LinkedHashSet<>();
        for (Rule rule : rules) {
            List<Optional<LastJump>> places = lastJumps.isEmpty()
                    ? List.of(Optional.empty())
                    : lastJumps.stream().map(Optional::of).toList();
            for (Optional<LastJump> place : places) {
                for (Knots walk : walks) {
                    settings.add(of(rule, place.filter(jump -> rule.choosesLastJump(walk)), walk, spec, plans));
                }
            }
        }
        return List.copyOf(settings);
    }

    private static EvaluationSetting of(
            Rule rule, Optional<LastJump> lastJump, Knots walk, ModelSpec spec, List<StepPlan> plans) {
        KarrasGrid grid = new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho());
        StepPlan plan = rule.plan(
                walk, lastJump.map(jump -> spec.withLastJump(jump.t())).orElse(spec));
        return new EvaluationSetting(
                rule.sampler().wireName(),
                rule.gamma(),
                rule.inFull().steps(walk),
                plan.nfe(),
                walk.placed(grid) instanceof Knots.Times own ? own.times() : List.of(),
                lastJump,
                index(plan, plans));
    }

    private static int index(StepPlan plan, List<StepPlan> plans) {
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i).steps().equals(plan.steps())) {
                return i;
            }
        }
        plans.add(plan);
        return plans.size() - 1;
    }

    /**
     * A sampler with its gamma.
     *
     * @param sampler how pictures refine
     * @param gamma share of fresh noise
     */
    record Rule(Sampler sampler, double gamma) {
        /** The plan of a server for pictures from noise. */
        StepPlan plan(Knots walk, ModelSpec spec) {
            PlanRequest asked = new PlanRequest(
                    Optional.of(sampler), OptionalDouble.of(gamma), GammaForm.OFFICIAL, Churn.NONE, walk);
            return new EditResolver(spec).plan(Optional.empty(), asked);
        }

        /** Whether it makes a difference where the model wants last jumps to begin. */
        boolean choosesLastJump(Knots walk) {
            return walk instanceof Knots.Karras && inFull().endsWithAJump();
        }

        private SamplerRule inFull() {
            return SamplerRule.of(sampler, gamma);
        }
    }

    /** Whether its last of several jumps begins where the model says. */
    boolean heedsTheModelsLastJump() {
        Sampler named = Sampler.valueOf(sampler.toUpperCase(Locale.ROOT));
        return steps > 1
                && knots.isEmpty()
                && lastJump.isEmpty()
                && SamplerRule.of(named, gamma).endsWithAJump();
    }

    /** Sampler, and gamma, last jump and knots where they tell more: what a curve is of. */
    String rule() {
        return knots.isEmpty() ? named() : named() + " at " + toldKnots();
    }

    /** The rule where there is little room, of many knots the first and the last; several may be told alike. */
    String shortRule() {
        if (knots.isEmpty()) {
            return named();
        }
        List<String> told = knots.stream()
                .map(time -> new BigDecimal(time).round(LEGEND_DIGITS))
                .map(time -> time.stripTrailingZeros().toPlainString())
                .toList();
        List<String> room = told.size() <= LEGEND_KNOTS
                ? told
                : List.of(told.get(0), "...", told.get(told.size() - 2), told.get(told.size() - 1));
        return named() + " at " + String.join(",", room);
    }

    private String named() {
        String named = sampler.equals("gamma") ? "gamma " + gamma : sampler;
        return lastJump.map(jump -> named + ", " + jump.walks()).orElse(named);
    }

    /** The knots as {@code --knots} takes them; empty for the model's grid. */
    String toldKnots() {
        return knots.stream()
                .map(time -> BigDecimal.valueOf(time).stripTrailingZeros().toPlainString())
                .collect(Collectors.joining(","));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("sampler", sampler);
        json.addProperty("gamma", gamma);
        json.addProperty("steps", steps);
        json.addProperty("nfe", nfe);
        if (!knots.isEmpty()) {
            JsonArray times = new JsonArray();
            knots.forEach(times::add);
            json.add("knots", times);
        }
        lastJump.ifPresent(jump -> json.add(LAST_JUMP, jump.toJson()));
        json.addProperty("plan", plan);
        return json;
    }

    static EvaluationSetting of(JsonElement element) {
        JsonObject json = element.getAsJsonObject();
        List<Double> knots = new ArrayList<>();
        if (json.has("knots")) {
            json.getAsJsonArray("knots").forEach(time -> knots.add(time.getAsDouble()));
        }
        return new EvaluationSetting(
                json.get("sampler").getAsString(),
                json.get("gamma").getAsDouble(),
                json.get("steps").getAsInt(),
                json.get("nfe").getAsInt(),
                List.copyOf(knots),
                Optional.ofNullable(json.get(LAST_JUMP)).map(LastJump::of),
                json.get("plan").getAsInt());
    }
}
