package dev.glimpse.cli;

import glimpse.wire.v1.Churn;
import glimpse.wire.v1.GammaForm;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.KnotIndices;
import glimpse.wire.v1.KnotTimes;
import glimpse.wire.v1.Sampler;

/** Writes how a picture shall refine into a request, with only those fields that were typed. */
final class WirePlan {
    private WirePlan() {}

    static void write(PlanOptions typed, GenerateRequest.Builder request) {
        typed.requireKnots();
        if (typed.steps != null) {
            request.setSteps(unsigned("--steps", typed.steps, 1));
        }
        if (typed.sampler != null) {
            request.setSampler(Sampler.valueOf("SAMPLER_" + typed.sampler.name()));
        }
        if (typed.gamma != null) {
            request.setGamma(typed.gamma);
        }
        if (typed.form == dev.glimpse.math.GammaForm.PAPER_UNCLAMPED) {
            throw new WrongInputException("--gamma-form", "paper_unclamped", "official or paper on a server");
        }
        if (typed.form != null) {
            request.setGammaForm(GammaForm.valueOf("GAMMA_FORM_" + typed.form.name()));
        }
        if (typed.knots != null && typed.grid == null) {
            request.setKnotTimes(KnotTimes.newBuilder().addAllTimes(typed.knots));
        }
        if (typed.knots != null && typed.grid != null) {
            request.setKnotIndices(KnotIndices.newBuilder()
                    .setGrid(unsigned("--grid", typed.grid, 2))
                    .addAllIndices(PlanOptions.indices(typed.knots)));
        }
        if (typed.churn != null || typed.churnMin != null || typed.churnMax != null || typed.churnNoise != null) {
            request.setChurn(churn(typed));
        }
    }

    /**
     * A number that the wire has no sign for: a negative one would reach the server, whose part it is to refuse others,
     * as one of billions.
     *
     * @param least what the server takes
     */
    static int unsigned(String option, int value, int least) {
        WrongInputException.require(value >= 0, option, value, "at least " + least);
        return value;
    }

    private static Churn churn(PlanOptions typed) {
        Churn.Builder churn = Churn.newBuilder();
        if (typed.churn != null) {
            churn.setAmount(typed.churn);
        }
        if (typed.churnMin != null) {
            churn.setMinT(typed.churnMin);
        }
        if (typed.churnMax != null) {
            churn.setMaxT(typed.churnMax);
        }
        if (typed.churnNoise != null) {
            churn.setNoise(typed.churnNoise);
        }
        return churn.build();
    }
}
