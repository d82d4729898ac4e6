package dev.glimpse.evaluation;

import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The likelihood of pictures under a model, by the change of variables along the probability flow ODE (Song et al.
 * 2021, "Score-based generative modeling through stochastic differential equations", appendix D.2; of a CTM with its
 * denoiser g(x, t, t)).
 *
 * <p>With sigma = sigma(tau) as in {@link CurvedTime}, from tau = 1e-3 to 1:
 *
 * <pre>
 * dx/dtau = f(tau, x) = sigma'(tau) (x - g(x, sigma, sigma)) / sigma
 * dl/dtau = e^T (df/dx) e                                   for each probe e, in place of the divergence of f
 * log p(x(0)) = log N(x(1); 0, sigma_max^2) + l(1) - R
 * bits/dim = -log p / (D ln 2) + log2(127.5)
 * </pre>
 *
 * <p>The official code solves the pictures of a batch as one equation, so that each result depends on its company; here
 * each picture has its own step control, and its result depends on (model, settings, picture, index, label) alone.
 *
 * <p>Confined to the thread that loaded the model, apart from {@link #stop}.
 */
public final class Likelihood implements AutoCloseable {
    /** Pictures that are solved at the same time. */
    public static final int MAX_PICTURES = SharedForwards.MAX_ROWS;

    /** Most passes of a bound; beyond some hundreds the pictures themselves are the larger chance. */
    public static final int MAX_PASSES = 1000;

    /** Hears how scoring goes, on the thread that scores. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A forward is done.
         *
         * @param evaluated pictures that it evaluated the network for
         * @param done how many pictures' worth of the way is done
         */
        void heard(int evaluated, double done);
    }

    private final ModelSpec spec;
    private final LikelihoodSettings settings;
    private final CurvedTime time;
    private final SharedForwards forwards;

    /**
     * Prepares scoring.
     *
     * @param model stays the caller's
     */
    public Likelihood(DifferentiableDenoiser model, LikelihoodSettings settings) {
        this.spec = model.spec();
        this.settings = settings;
        this.time = CurvedTime.of(spec);
        this.forwards = new SharedForwards(model);
    }

    /**
     * Scores some pictures.
     *
     * @param pictures at most {@value #MAX_PICTURES}, of the model's shape
     * @param progress told after each forward
     * @return their likelihoods in order; empty if {@link #stop} or the thread's interruption came first
     * @throws IllegalStateException if the model's answer is not finite, or the integrator cannot keep its tolerance
     */
    public List<PictureLikelihood> score(List<LabelledPicture> pictures, Progress progress) {
        return solve(prepared(pictures), progress);
    }

    /**
     * Scores some pictures by the evidence lower bound, an upper bound of their bits, in place of the ODE; the
     * settings' integrator and probes are not used.
     *
     * @param pictures at most {@value #MAX_PICTURES}, of the model's shape
     * @param passes evaluations for each picture, 1..{@value #MAX_PASSES}
     * @param progress told after each forward
     * @return their bounds in order, with standard errors over the passes; empty if {@link #stop} or the thread's
     *     interruption came first
     * @throws IllegalStateException if the model's answer is not finite
     */
    public List<PictureLikelihood> bound(List<LabelledPicture> pictures, int passes, Progress progress) {
        if (passes < 1 || passes > MAX_PASSES) {
            throw new IllegalArgumentException("passes: " + passes + " (expected: 1.." + MAX_PASSES + ")");
        }
        List<EvidenceBound> bounds = new ArrayList<>();
        for (PreparedPicture picture : prepared(pictures)) {
            List<EvidenceBound.Pass> draws = IntStream.range(0, passes)
                    .mapToObj(i -> EvidenceBound.Pass.draw(i, picture.index(), spec.dimension(), settings))
                    .toList();
            bounds.add(new EvidenceBound(spec, time, picture, draws));
        }
        return bound(bounds, progress);
    }

    List<PictureLikelihood> bound(List<EvidenceBound> bounds, Progress progress) {
        List<SharedForwards.Task<PictureLikelihood>> tasks = new ArrayList<>();
        AtomicInteger forward = new AtomicInteger();
        int passes = bounds.isEmpty() ? 1 : bounds.get(0).passes().size();
        for (EvidenceBound bound : bounds) {
            tasks.add(denoiser -> bound.solve(settings.cellSize(), denoiser));
        }
        // All pictures take the same number of forwards; the residual's comes on top.
        return forwards.run(
                tasks,
                evaluated -> progress.heard(
                        evaluated, (double) bounds.size() * Math.min(passes, forward.incrementAndGet()) / passes));
    }

    private List<PreparedPicture> prepared(List<LabelledPicture> pictures) {
        if (pictures.size() > MAX_PICTURES) {
            throw new IllegalArgumentException("pictures: " + pictures.size() + " (expected: 0.." + MAX_PICTURES + ")");
        }
        for (LabelledPicture picture : pictures) {
            if (picture.pixels().length != spec.dimension()) {
                throw new IllegalArgumentException("picture " + picture.index() + ": " + picture.pixels().length
                        + " values (expected: " + spec.dimension() + ")");
            }
        }
        return pictures.stream()
                .map(picture -> PreparedPicture.of(picture, time, settings))
                .toList();
    }

    List<PictureLikelihood> solve(List<PreparedPicture> pictures, Progress progress) {
        List<ProbabilityFlow> flows = new ArrayList<>();
        List<SharedForwards.Task<PictureLikelihood>> tasks = new ArrayList<>();
        for (PreparedPicture picture : pictures) {
            ProbabilityFlow flow = new ProbabilityFlow(spec, time, picture);
            flows.add(flow);
            tasks.add(denoiser -> flow.solve(settings, denoiser));
        }
        return forwards.run(
                tasks,
                evaluated -> progress.heard(
                        evaluated,
                        flows.stream().mapToDouble(ProbabilityFlow::progress).sum()));
    }

    /** Lets {@link #score} end soon and without results, now and from now on. Any thread. */
    public void stop() {
        forwards.stop();
    }

    @Override
    public void close() {
        forwards.close();
    }
}
