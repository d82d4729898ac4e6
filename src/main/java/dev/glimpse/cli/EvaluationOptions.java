package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.PixelRange;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code glimpse evaluate} that say which samples are drawn and by what they are compared. */
final class EvaluationOptions {
    static final String BUILT_IN = "builtin";

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            description = "Steps of each picture, several values; default: 1,2,4, or none beside --knots.")
    private List<Integer> steps = List.of();

    @Option(
            names = "--knots",
            paramLabel = "T,T[,T...]",
            description = "Noise levels that each picture stops at between jumps, such as 80,2.5,0.002, or with --grid"
                    + " indices; may be given several times.")
    private List<String> knots = List.of();

    @Option(
            names = "--grid",
            paramLabel = "N",
            description = "Reads --knots as indices into the model's grid of N knots, such as 0,22,39 of 40.")
    private @Nullable Integer grid;

    @Option(
            names = "--last-jump-t",
            paramLabel = "T",
            split = ",",
            description = "Noise levels from which the last of several jumps leads to the end, or none for the whole"
                    + " grid, several values; default: what the model says.")
    private List<String> lastJumps = List.of();

    @Option(
            names = "--gamma",
            paramLabel = "G",
            split = ",",
            description =
                    "Share of fresh noise between jumps, 0..1, several values; default: 0, or what --sampler says.")
    private List<Double> gammas = List.of();

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            split = ",",
            converter = SteppedSampler.class,
            description = SteppedSampler.NAMES + ", several values; default: follows from --gamma.")
    private List<Sampler> samplers = List.of();

    @Option(
            names = "--features",
            paramLabel = "FILE",
            description =
                    "TorchScript file of the feature network, or " + BUILT_IN
                            + "; loading a file runs the code in it; default: the built-in classifier for pictures of its size.")
    private @Nullable String features;

    @Option(
            names = "--features-input",
            paramLabel = "RANGE",
            description = "Values that a foreign feature network wants: u8 (0..255), unit (0..1) or signed (-1..1);"
                    + " default: u8 as bytes, and none for a network that takes no bytes.")
    private @Nullable PixelRange range;

    @Option(
            names = "--features-name",
            paramLabel = "NAME",
            description = "Vouches that the feature network is \"" + FeatureSource.INCEPTION
                    + "\" though its checksum is another than the usual export's, so that distances are called FID.")
    private @Nullable String declared;

    @Mixin
    private RejectionOptions rejection = new RejectionOptions();

    /** Which samples are left out. */
    RejectionOptions rejection() {
        return rejection;
    }

    /**
     * The rows of the result.
     *
     * @param plans receives the plans that they walk
     */
    List<EvaluationSetting> settings(ModelSpec model, List<StepPlan> plans) {
        try {
            Set<EvaluationSetting.Rule> rules = rules(model);
            Set<Knots> walks = walks();
            return EvaluationSetting.grid(rules, lastJumps(model, rules, walks), walks, model, plans);
        } catch (InvalidPlanException e) {
            throw new IllegalArgumentException(PlanOptions.typed(e.field(), e.getMessage()), e);
        }
    }

    /** Samplers and gammas that were asked for, each pair once; a model that does not jump is walked by heun. */
    private Set<EvaluationSetting.Rule> rules(ModelSpec model) {
        for (double gamma : gammas) {
            if (!(gamma >= 0 && gamma <= 1)) {
                throw new WrongInputException("--gamma", gamma, "0..1");
            }
        }
        Set<EvaluationSetting.Rule> rules = new LinkedHashSet<>();
        if (samplers.isEmpty() && (model.jumps() || !gammas.isEmpty())) {
            List<Double> shares = gammas.isEmpty() ? List.of(0.0) : gammas;
            shares.forEach(gamma -> rules.add(new EvaluationSetting.Rule(Sampler.of(gamma), gamma)));
        } else if (samplers.isEmpty()) {
            rules.add(new EvaluationSetting.Rule(Sampler.HEUN, 0));
        }
        for (Sampler sampler : samplers) {
            shares(sampler).forEach(gamma -> rules.add(new EvaluationSetting.Rule(sampler, gamma)));
        }
        for (double gamma : gammas) {
            WrongInputException.require(
                    rules.stream().anyMatch(rule -> rule.gamma() == gamma),
                    "--gamma",
                    gamma,
                    "0 for exact and heun, 1 for cm, between them for gamma: one of --sampler's");
        }
        for (EvaluationSetting.Rule rule : rules) {
            if (!model.jumps() && rule.sampler() != Sampler.HEUN) {
                throw new WrongInputException(
                        "--sampler",
                        rule.sampler().wireName(),
                        "heun, as the model is a denoiser, which does not jump");
            }
        }
        return rules;
    }

    private List<Double> shares(Sampler sampler) {
        if (sampler != Sampler.GAMMA) {
            return List.of(sampler == Sampler.CM ? 1.0 : 0.0);
        }
        List<Double> inside = new ArrayList<>(gammas);
        inside.removeIf(gamma -> gamma == 0 || gamma == 1);
        return inside.isEmpty() ? List.of(sampler.defaultGamma()) : inside;
    }

    /** Where pictures stop, each way once: along the model's grid first, then by knots of one's own. */
    private Set<Knots> walks() {
        Set<Knots> walks = new LinkedHashSet<>();
        List<Integer> counts = steps.isEmpty() && knots.isEmpty() ? List.of(1, 2, 4) : steps;
        for (int count : counts) {
            if (count < 1) {
                throw new WrongInputException("--steps", count, "at least 1");
            }
            WrongInputException.require(count <= Knots.LARGEST_GRID, "--steps", count, "at most " + Knots.LARGEST_GRID);
            walks.add(new Knots.Karras(count));
        }
        if (grid != null && knots.isEmpty()) {
            throw new WrongInputException("--grid", grid, "--knots with it");
        }
        knots.forEach(text -> walks.add(walk(text)));
        return walks;
    }

    /** Where last jumps begin, each place once; empty: where the model says. */
    private Set<LastJump> lastJumps(ModelSpec model, Set<EvaluationSetting.Rule> rules, Set<Knots> walks) {
        Set<LastJump> places = new LinkedHashSet<>();
        lastJumps.forEach(text -> places.add(LastJump.of(text, model)));
        WrongInputException.require(
                places.isEmpty()
                        || rules.stream().anyMatch(rule -> walks.stream().anyMatch(rule::choosesLastJump)),
                "--last-jump-t",
                String.join(",", lastJumps),
                "--steps, and a sampler that ends with a jump: exact, gamma or cm");
        return places;
    }

    private Knots walk(String text) {
        List<Double> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            try {
                values.add(Double.valueOf(value.strip()));
            } catch (NumberFormatException e) {
                throw new WrongInputException("--knots", text, "noise levels with commas between them");
            }
        }
        return grid == null ? new Knots.Times(values) : new Knots.OnGrid(grid, PlanOptions.indices(values));
    }

    /** The feature network for pictures of a shape. */
    FeatureSource source(PictureShape picture) {
        if (declared != null && !declared.equals(FeatureSource.INCEPTION)) {
            throw new WrongInputException("--features-name", declared, FeatureSource.INCEPTION);
        }
        if (features != null && !features.equals(BUILT_IN)) {
            Path file = Path.of(features);
            InputPlace.file("--features", file, "a readable TorchScript file");
            return FeatureSource.file(file, Optional.ofNullable(range), declared != null);
        }
        if (range != null) {
            throw onlyForeign("--features-input", range.name().toLowerCase(Locale.ROOT));
        }
        if (declared != null) {
            throw onlyForeign("--features-name", declared);
        }
        FeatureSource builtIn = FeatureSource.builtIn();
        ClassifierConfig config = builtIn.card().orElseThrow().config();
        PictureShape own = new PictureShape(config.channels(), config.height(), config.width());
        if (!own.equals(picture)) {
            throw new WrongInputException(
                    "--features",
                    features == null ? "none" : features,
                    "a TorchScript file; the built-in classifier is for pictures of " + own + ", not " + picture);
        }
        return builtIn;
    }

    private static WrongInputException onlyForeign(String option, String value) {
        return new WrongInputException(option, value, "none without a foreign network in --features");
    }
}
