package dev.glimpse.cli;

import dev.glimpse.evaluation.CellSize;
import dev.glimpse.evaluation.Dequantisation;
import dev.glimpse.evaluation.DormandPrince;
import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.evaluation.Likelihood;
import dev.glimpse.evaluation.LikelihoodSettings;
import dev.glimpse.evaluation.LikelihoodSummary;
import dev.glimpse.evaluation.PictureLikelihood;
import dev.glimpse.evaluation.Probe;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.Scorer;
import dev.glimpse.generation.ScoringMethod;
import dev.glimpse.model.DifferentiableDenoiser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Computes the server's likelihoods as {@code glimpse likelihood} does, with its defaults. */
final class LikelihoodScorer implements Scorer {
    /** Pictures that share a forward: the smallest size at which rows keep their bits, so that a turn is short. */
    private static final int GROUP = 4;

    @Override
    public Scores score(DifferentiableDenoiser denoiser, Work work, Progress progress) {
        try (Likelihood likelihood = new Likelihood(denoiser, settings(work))) {
            LikelihoodSummary summary = new LikelihoodSummary();
            List<PictureScore> scores = new ArrayList<>();
            int all = work.pictures().size();
            for (int from = 0; from < all; from += GROUP) {
                int done = from;
                List<LabelledPicture> group = group(work, from, Math.min(all, from + GROUP));
                Likelihood.Progress told =
                        (evaluated, ahead) -> progress.evaluated(evaluated, Math.min(1, (done + ahead) / all));
                List<PictureLikelihood> found = score(likelihood, group, work.method(), told);
                found.forEach(picture -> {
                    summary.add(picture);
                    scores.add(score(picture));
                });
            }
            return new Scores(
                    scores, summary.bitsPerDimension().orElseThrow(), summary.probeError(), summary.pictureError());
        }
    }

    private static List<PictureLikelihood> score(
            Likelihood likelihood, List<LabelledPicture> group, ScoringMethod method, Likelihood.Progress progress) {
        List<PictureLikelihood> found;
        try {
            found = method instanceof ScoringMethod.Bound bound
                    ? likelihood.bound(group, bound.passes(), progress)
                    : likelihood.score(group, progress);
        } catch (IllegalStateException e) {
            // With a cause it is the solver's; without, the model's answer was no number.
            if (method instanceof ScoringMethod.Ode ode && e.getCause() != null) {
                throw new InvalidFieldException("ode.tolerance", ode.tolerance(), "one that can be kept, a larger one");
            }
            throw e;
        }
        if (found.isEmpty()) {
            throw new CancellationException("interrupted");
        }
        return found;
    }

    private static LikelihoodSettings settings(Work work) {
        double tolerance =
                work.method() instanceof ScoringMethod.Ode ode ? ode.tolerance() : ScoringMethod.Ode.DEFAULT_TOLERANCE;
        return new LikelihoodSettings(
                new DormandPrince(tolerance),
                Dequantisation.UNIFORM,
                CellSize.EXACT,
                Probe.RADEMACHER,
                work.method().probes(),
                work.seed());
    }

    private static List<LabelledPicture> group(Work work, int from, int to) {
        List<LabelledPicture> group = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Picture picture = work.pictures().get(i);
            group.add(new LabelledPicture(i, picture.pixels(), picture.label()));
        }
        return group;
    }

    private static PictureScore score(PictureLikelihood picture) {
        return new PictureScore(
                picture.bitsPerDimension(),
                picture.standardError(),
                picture.priorLogDensity(),
                picture.logDeterminant(),
                picture.evaluations());
    }
}
