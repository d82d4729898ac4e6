package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One way to draw samples that an evaluation looks at.
 *
 * @param sampler name in lower case
 * @param gamma share of fresh noise
 * @param steps that were asked for
 * @param nfe network evaluations of a picture
 * @param plan index of its plan among those that differ: with one step, every gamma is the same walk
 */
record EvaluationSetting(String sampler, double gamma, int steps, int nfe, int plan) {
    /** Every pair of one of the rules and one of the step counts, in that order. */
    static List<EvaluationSetting> grid(Set<Rule> rules, List<Integer> steps, ModelSpec spec, List<StepPlan> plans) {
        List<EvaluationSetting> settings = new ArrayList<>();
        for (Rule rule : rules) {
            for (int count : new LinkedHashSet<>(steps)) {
                StepPlan plan = StepPlans.plan(
                        rule.sampler(), rule.gamma(), count, spec.sigmaMin(), spec.sigmaMax(), spec.rho());
                settings.add(new EvaluationSetting(
                        rule.sampler().wireName(), rule.gamma(), count, plan.nfe(), index(plan, plans)));
            }
        }
        return settings;
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
    record Rule(Sampler sampler, double gamma) {}

    /** Sampler and gamma, where that tells more: the name of a curve. */
    String rule() {
        return sampler.equals("gamma") ? "gamma " + gamma : sampler;
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("sampler", sampler);
        json.addProperty("gamma", gamma);
        json.addProperty("steps", steps);
        json.addProperty("nfe", nfe);
        json.addProperty("plan", plan);
        return json;
    }

    static EvaluationSetting of(JsonElement element) {
        JsonObject json = element.getAsJsonObject();
        return new EvaluationSetting(
                json.get("sampler").getAsString(),
                json.get("gamma").getAsDouble(),
                json.get("steps").getAsInt(),
                json.get("nfe").getAsInt(),
                json.get("plan").getAsInt());
    }
}
