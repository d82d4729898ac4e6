package dev.glimpse.evaluation;

import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The likelihood of pictures under a model, by the change of variables along the probability flow ODE (CTM paper,
 * section 5; Song et al. 2021, "Score-based generative modeling through stochastic differential equations", appendix
 * D.2).
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
     * @param progress told after each forward how many pictures' worth of the way is done
     * @return their likelihoods in order; empty if {@link #stop} or the thread's interruption came first
     * @throws IllegalStateException if the model's answer is not finite, or the integrator cannot keep its tolerance
     */
    public List<PictureLikelihood> score(List<LabelledPicture> pictures, DoubleConsumer progress) {
        if (pictures.size() > MAX_PICTURES) {
            throw new IllegalArgumentException("pictures: " + pictures.size() + " (expected: 0.." + MAX_PICTURES + ")");
        }
        for (LabelledPicture picture : pictures) {
            if (picture.pixels().length != spec.dimension()) {
                throw new IllegalArgumentException("picture " + picture.index() + ": " + picture.pixels().length
                        + " values (expected: " + spec.dimension() + ")");
            }
        }
        return solve(
                pictures.stream()
                        .map(picture -> PreparedPicture.of(picture, time, settings))
                        .toList(),
                progress);
    }

    List<PictureLikelihood> solve(List<PreparedPicture> pictures, DoubleConsumer progress) {
        List<ProbabilityFlow> flows = new ArrayList<>();
        List<SharedForwards.Task<PictureLikelihood>> tasks = new ArrayList<>();
        for (PreparedPicture picture : pictures) {
            ProbabilityFlow flow = new ProbabilityFlow(spec, time, picture);
            flows.add(flow);
            tasks.add(denoiser -> flow.solve(settings, denoiser));
        }
        return forwards.run(
                tasks,
                () -> progress.accept(
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
