package dev.glimpse.generation;

import dev.glimpse.math.GammaForm;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Makes every choice that a request leaves open, and holds it to what the model and the limits allow. */
final class RequestResolver {
    private static final String NO_CLASSES = "absent, as the model has no classes";

    private final ModelCatalog catalog;
    private final GenerationSettings settings;
    private final SecureRandom random;

    RequestResolver(ModelCatalog catalog, GenerationSettings settings, SecureRandom random) {
        this.catalog = catalog;
        this.settings = settings;
        this.random = random;
    }

    Resolution resolve(GenerationRequest request) {
        Optional<ModelSource> found = catalog.find(request.model(), request.version());
        if (found.isEmpty()) {
            String asked = request.model() + (request.version().isEmpty() ? "" : "/" + request.version());
            return new Resolution.Refused(new Failure.ModelNotFound(asked, catalog.ids()));
        }
        try {
            requireWithinLimits(request, found.get().spec());
            return new Resolution.Resolved(found.get().id(), plan(request, found.get()));
        } catch (InvalidFieldException e) {
            return new Resolution.Refused(new Failure.InvalidField(e.field(), e.getMessage()));
        } catch (InvalidPlanException e) {
            return new Resolution.Refused(new Failure.InvalidField(e.field(), e.getMessage()));
        }
    }

    /** The model as clients may know it. */
    ServedModel served(ModelSource source) {
        ModelSpec spec = source.spec();
        int devices = settings.scheduling().devices();
        return new ServedModel(
                source.name(),
                source.version(),
                spec.labels(),
                spec.channels(),
                spec.height(),
                spec.width(),
                spec.sigmaMin(),
                spec.sigmaMax(),
                devices == 1 ? settings.device() : settings.device() + " x " + devices);
    }

    private void requireWithinLimits(GenerationRequest request, ModelSpec spec) {
        GenerationLimits limits = settings.limits();
        SamplerRule rule = request.plan().rule(spec);
        if (rule.form() == GammaForm.PAPER_UNCLAMPED) {
            // A network that has no number for time 0 would fail its whole batch, neighbours included.
            throw new InvalidFieldException("gamma_form", "paper_unclamped", "official or paper on a server");
        }
        int steps = rule.steps(request.plan().knots());
        int maxSteps = Math.min(limits.maxSteps(), limits.maxNfe());
        if (steps > maxSteps) {
            throw new InvalidFieldException("steps", steps, "1.." + maxSteps);
        }
        if (request.count() > limits.maxCount()) {
            throw new InvalidFieldException("count", request.count(), "1.." + limits.maxCount());
        }
        long evaluations = rule.evaluations(steps);
        if (evaluations > limits.maxNfe()) {
            throw new InvalidFieldException(
                    "steps", steps, "at most " + limits.maxNfe() + " evaluations, and these take " + evaluations);
        }
        if (evaluations * request.count() > limits.maxNfe()) {
            throw new InvalidFieldException(
                    "count",
                    request.count(),
                    "1.." + limits.maxNfe() / evaluations + " with " + evaluations
                            + " evaluations each, as together they may be at most " + limits.maxNfe());
        }
    }

    private PlannedRequest plan(GenerationRequest request, ModelSource source) {
        ModelSpec spec = source.spec();
        long seed = request.seed().orElseGet(random::nextLong);
        GenerationEvent.Accepted accepted = new GenerationEvent.Accepted(
                HexFormat.of().toHexDigits(random.nextLong()),
                served(source),
                seed,
                labels(request, spec.labels(), seed),
                stepPlan(request, spec),
                preview(request.preview(), spec));
        Duration longest = settings.limits().maxDuration();
        Duration timeout =
                request.timeout().filter(asked -> asked.compareTo(longest) < 0).orElse(longest);
        return new PlannedRequest(spec, accepted, request.count(), request.format(), timeout);
    }

    private static StepPlan stepPlan(GenerationRequest request, ModelSpec spec) {
        KarrasGrid grid = new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho());
        return StepPlans.plan(request.plan().rule(spec), request.plan().knots(), grid);
    }

    /** A denoiser has no jump to the end to show, but what it makes of the state it shows for free. */
    private static PreviewKind preview(PreviewKind asked, ModelSpec spec) {
        return asked == PreviewKind.EXACT && !spec.jumps() ? PreviewKind.FREE : asked;
    }

    private static List<Integer> labels(GenerationRequest request, List<String> names, long seed) {
        Optional<Integer> asked = request.label().map(label -> index(label, names));
        List<Integer> labels = new ArrayList<>();
        for (int sample = 0; sample < request.count() && !names.isEmpty(); sample++) {
            labels.add(asked.isPresent() ? asked.get() : NoiseStream.label(seed, sample, names.size()));
        }
        return labels;
    }

    private static int index(ClassLabel label, List<String> names) {
        if (label instanceof ClassLabel.Index index) {
            if (index.value() < 0 || index.value() >= names.size()) {
                throw new InvalidFieldException(
                        "class_index", index.value(), names.isEmpty() ? NO_CLASSES : "0.." + (names.size() - 1));
            }
            return index.value();
        }
        String name = ((ClassLabel.Name) label).value();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new InvalidFieldException(
                "class_name", name, names.isEmpty() ? NO_CLASSES : "one of " + String.join(", ", names));
    }
}
