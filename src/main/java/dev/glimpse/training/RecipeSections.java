package dev.glimpse.training;

import dev.glimpse.model.ImportSettings;
import dev.glimpse.model.JsonFields;
import dev.glimpse.model.LabelNames;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import dev.glimpse.model.NetworkFields;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The sections of a recipe file, read key by key. */
final class RecipeSections {
    private static final String TEACHER = "-teacher";
    /** So that the teacher's name is no longer than others may be. */
    private static final int LONGEST_NAME = 64 - TEACHER.length();

    private static final int MOST_CLASSES = 1 << 16;

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST_NAME - 1) + "}";

    private final JsonFields top;
    private final List<String> classes;
    private final boolean conditional;
    private final String name;
    private final long seed;
    private final boolean flip;
    private final int snapshotEvery;
    private final JsonFields image;
    private final JsonFields times;

    private RecipeSections(JsonFields top) {
        this.top = top;
        this.name = top.make(() -> plain(top.text("name")));
        this.conditional = top.flag("conditional");
        this.classes = top.make(() -> top.has("class_count")
                ? numbered(top.integer("class_count"))
                : named(top.texts("classes"), conditional));
        this.seed = top.seed("seed");
        this.flip = top.flag("flip");
        this.snapshotEvery = top.integer("snapshot_every");
        this.image = top.fields("image");
        this.times = top.fields("times");
    }

    /** The model's name, of which a directory, a line of YAML and a label of a metric are made. */
    private static String plain(String name) {
        TrainingRecipe.require(
                name.matches(NAME),
                "name",
                name,
                "a letter or digit, then letters, digits, '.', '_' and '-', at most " + LONGEST_NAME);
        return name;
    }

    /** The names of classes that are only counted. */
    static List<String> numbered(int count) {
        TrainingRecipe.require(count >= 1, "class_count", count, "at least 1");
        TrainingRecipe.require(count <= MOST_CLASSES, "class_count", count, "at most " + MOST_CLASSES);
        return IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
    }

    /** Names of classes; none where the network is not told them. */
    private static List<String> named(List<String> names, boolean conditional) {
        TrainingRecipe.require(
                !conditional || !names.isEmpty(), "classes", names, "at least one name, as conditional is true");
        LabelNames.flaw(names)
                .ifPresent(flaw -> TrainingRecipe.require(false, "classes", flaw.name(), flaw.expected()));
        return names;
    }

    static RecipeFile read(JsonFields top) {
        return new RecipeSections(top).read();
    }

    private RecipeFile read() {
        JsonFields teacher = top.fields("teacher");
        TrainingRecipe denoiser =
                recipe(name + TEACHER, schedule(teacher), new Goal.Denoiser(noise(teacher.fields("noise"))));
        teacher.end();
        JsonFields student = top.fields("student");
        TrainingRecipe jumps = recipe(name, schedule(student), jumps(student));
        student.end();
        requireTimesOfAModel();
        image.end();
        times.end();
        top.end();
        return new RecipeFile(classes, denoiser, jumps);
    }

    /** The files that the run leaves would be refused where it goes on, or is served. */
    private void requireTimesOfAModel() {
        times.make(() -> new ImportSettings.Times(
                times.number("sigma_min"), times.number("sigma_max"), times.number("sigma_data"), times.number("rho")));
    }

    private TrainingRecipe recipe(String model, Schedule schedule, Goal goal) {
        boolean jumps = goal instanceof Goal.Jumps;
        ModelSpec spec = image.make(() -> spec(image.integer("channels"), image.integer("size"), jumps));
        JsonFields architecture = top.fields("network");
        NetworkConfig network = architecture.make(() -> NetworkFields.read(architecture, spec));
        return top.make(() -> new TrainingRecipe(model, spec, network, seed, flip, schedule, goal, snapshotEvery));
    }

    private ModelSpec spec(int channels, int size, boolean jumps) {
        TrainingRecipe.require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
        TrainingRecipe.require(size >= 1, "size", size, "at least 1");
        TrainingRecipe.require(size <= ModelSpec.MAX_SIDE, "size", size, "at most " + ModelSpec.MAX_SIDE);
        return new ModelSpec(
                channels,
                size,
                size,
                conditional ? classes : List.of(),
                times.number("sigma_min"),
                times.number("sigma_max"),
                times.number("sigma_data"),
                times.number("rho"),
                jumps);
    }

    private static Schedule schedule(JsonFields fields) {
        return fields.make(() -> new Schedule(
                fields.integer("steps"),
                fields.integer("batch"),
                fields.integer("microbatch"),
                fields.choice("accumulation", Schedule.Accumulation.class),
                fields.choice("precision", Precision.class),
                fields.number("dropout"),
                fields.choice("optimiser", Schedule.OptimiserKind.class),
                fields.number("learning_rate"),
                fields.number("final_rate"),
                fields.integer("warmup"),
                fields.numbers("ema_rates"),
                fields.flag("ema_warmup")));
    }

    private static Goal.NoiseLevels noise(JsonFields fields) {
        Goal.NoiseLevels levels = fields.make(() ->
                new Goal.NoiseLevels(fields.number("log_mean"), fields.number("log_std"), fields.number("wide_share")));
        fields.end();
        return levels;
    }

    private static Goal.Jumps jumps(JsonFields fields) {
        return fields.make(() -> new Goal.Jumps(
                noise(fields.fields("noise")),
                new Goal.JumpKnots(
                        fields.integer("knots"),
                        fields.integer("max_solver_steps"),
                        share(fields, "whole_share"),
                        share(fields, "first_share"),
                        share(fields, "last_share")),
                fields.choice("solver", Goal.Solver.class),
                distance(fields.fields("distance")),
                fields.has("clip") && fields.flag("clip"),
                fields.number("target_rate"),
                fields.number("denoiser_weight"),
                fields.choice("new_branch", Goal.NewBranch.class),
                simulation(fields),
                adversarial(fields)));
    }

    private static double share(JsonFields fields, String name) {
        return fields.has(name) ? fields.number(name) : 0;
    }

    private static Goal.Distance distance(JsonFields fields) {
        Goal.Distance distance = fields.make(() -> distance(fields.choice("kind", DistanceKind.class), fields));
        fields.end();
        return distance;
    }

    private static Goal.Distance distance(DistanceKind kind, JsonFields fields) {
        return switch (kind) {
            case L2 -> new Goal.Distance.SquaredError(fields.integer("resize"));
            case PSEUDO_HUBER -> new Goal.Distance.PseudoHuber(fields.number("c"));
            case PERCEPTUAL -> new Goal.Distance.Perceptual(fields.integer("resize"), fields.number("pixel_weight"));
            case LEARNED -> new Goal.Distance.Learned(fields.integer("resize"));
        };
    }

    private static Goal.@Nullable Simulation simulation(JsonFields student) {
        if (!student.has("simulation")) {
            return null;
        }
        JsonFields fields = student.fields("simulation");
        Goal.Simulation simulation =
                fields.make(() -> new Goal.Simulation(fields.number("share"), fields.integer("jumps")));
        fields.end();
        return simulation;
    }

    private static Goal.@Nullable Adversarial adversarial(JsonFields student) {
        if (!student.has("adversarial")) {
            return null;
        }
        JsonFields fields = student.fields("adversarial");
        Goal.Adversarial adversarial = fields.make(() -> new Goal.Adversarial(
                fields.integer("from_step"),
                fields.integer("period"),
                fields.number("weight"),
                fields.number("learning_rate"),
                fields.integer("width"),
                new Goal.Sight(fields.integer("resize"), !fields.has("augment") || fields.flag("augment"))));
        fields.end();
        return adversarial;
    }

    /** The words of the key {@code distance.kind}. */
    private enum DistanceKind {
        L2,
        PSEUDO_HUBER,
        PERCEPTUAL,
        LEARNED
    }
}
