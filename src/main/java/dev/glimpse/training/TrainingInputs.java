package dev.glimpse.training;

import dev.glimpse.model.AdmUNetConfig;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import dev.glimpse.model.SongUNetConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run learns from.
 *
 * @param data pictures of the recipe's size
 * @param teacher the model whose denoiser shows the way from t to u; null for a run that is its own teacher
 * @param init a model whose weights the run starts with; null for the teacher's, or without one for random ones
 * @param features TorchScript files of networks that give feature maps, for perceptual distances and critics
 * @param distanceModel TorchScript file of a network that gives the distance of two pictures; null where the recipe has
 *     none
 */
public record TrainingInputs(
        DataSet data,
        @Nullable ModelDirectory teacher,
        @Nullable ModelDirectory init,
        List<Path> features,
        @Nullable Path distanceModel) {

    public TrainingInputs {
        features = List.copyOf(features);
    }

    /** Pictures alone. */
    public static TrainingInputs of(DataSet data) {
        return new TrainingInputs(data, null, null, List.of(), null);
    }

    /**
     * Checks that a recipe can be followed with these.
     *
     * @throws IllegalArgumentException if not; the message names what does not fit, and what would
     */
    public void requireFit(TrainingRecipe recipe) {
        int size = recipe.network().imageSize();
        TrainingRecipe.require(
                data.width() == size
                        && data.height() == size
                        && data.channels() == recipe.network().imageChannels(),
                "data",
                data.channels() + " x " + data.height() + " x " + data.width(),
                recipe.network().imageChannels() + " x " + size + " x " + size);
        TrainingRecipe.require(
                recipe.network().labels() == 0
                        || recipe.network().labels() == data.classes().size(),
                "labels",
                recipe.network().labels(),
                data.classes().size() + ", the data set's classes");
        requireFit("init", init, recipe);
        requireFit("teacher", teacher, recipe);
        if (init != null) {
            // A run may begin with weights that know other classes, but hardly with its own ones in another order.
            requireClasses("init", init, recipe, name -> recipe.spec().labels().contains(name));
        }
        if (teacher != null) {
            requireClasses("teacher", teacher, recipe, name -> true);
            requireTimes(teacher.config().spec(), recipe.spec());
        }
        if (recipe.goal() instanceof Goal.Jumps jumps) {
            boolean heun = jumps.solver() == Goal.Solver.HEUN;
            TrainingRecipe.require(
                    !heun || teacher != null, "teacher", "none", "a model, for the recipe's solver heun");
        }
        requireFeatures(recipe);
        requireDistanceModel(recipe);
    }

    /** A convolution takes pictures of any size, and a network without classes any class: neither would fail. */
    private static void requireFit(String name, @Nullable ModelDirectory model, TrainingRecipe recipe) {
        if (model != null) {
            String made = pictures(model.config().network());
            String expected = pictures(recipe.network());
            TrainingRecipe.require(made.equals(expected), name, made, expected + ", as the recipe's");
        }
    }

    /**
     * Checks that a run of a recipe can begin with these, beside what {@link #requireFit} says of one that goes on.
     *
     * @throws IllegalArgumentException if not; the message names what does not fit, and what would
     */
    public void requireStart(TrainingRecipe recipe) {
        if (init != null) {
            requireSameMeaning("init", init.config(), recipe);
        } else if (teacher != null) {
            requireSameMeaning("teacher", teacher.config(), recipe);
        }
    }

    /** Weights of one size compute something else where these differ, and no shape would tell. */
    private static void requireSameMeaning(String name, ModelConfig from, TrainingRecipe recipe) {
        double sigmaData = from.spec().sigmaData();
        TrainingRecipe.require(
                sigmaData == recipe.spec().sigmaData(),
                name,
                "sigma_data " + sigmaData,
                recipe.spec().sigmaData() + ", as the recipe's, as its weights are taken");
        String kind = kind(from.network());
        String expected = kind(recipe.network());
        TrainingRecipe.require(
                kind.equals(expected), name, kind, expected + ", as the recipe's, as its weights are taken");
    }

    private static String kind(NetworkConfig network) {
        return network instanceof SongUNetConfig song
                ? "variant " + song.variant().name().toLowerCase(Locale.ROOT)
                : "head_channels " + ((AdmUNetConfig) network).headChannels();
    }

    /**
     * A class is asked for by its index: one that means another picture would be learned without a word. Numbers, as a
     * checkpoint has them or a recipe that only counts its classes, name none.
     *
     * @param wrong which of the model's names would be at another one's place by mistake
     */
    private static void requireClasses(
            String field, ModelDirectory model, TrainingRecipe recipe, Predicate<String> wrong) {
        List<String> names = model.config().spec().labels();
        List<String> expected = recipe.spec().labels();
        if (areNumbers(names) || areNumbers(expected)) {
            return;
        }
        IntStream.range(0, Math.min(names.size(), expected.size()))
                .filter(i -> !names.get(i).equals(expected.get(i)) && wrong.test(names.get(i)))
                .findFirst()
                .ifPresent(i -> TrainingRecipe.require(
                        false, field, "class " + i + " is " + names.get(i), expected.get(i) + ", as the recipe's"));
    }

    private static boolean areNumbers(List<String> names) {
        return IntStream.range(0, names.size()).allMatch(i -> names.get(i).equals(Integer.toString(i)))
                || names.equals(RecipeSections.numbered(names.size()));
    }

    private static String pictures(NetworkConfig network) {
        return network.imageChannels() + " x " + network.imageSize() + " x " + network.imageSize() + " of "
                + network.labels() + " classes";
    }

    private static void requireTimes(ModelSpec teacher, ModelSpec student) {
        TrainingRecipe.require(
                teacher.sigmaMin() <= student.sigmaMin() && teacher.sigmaMax() >= student.sigmaMax(),
                "teacher",
                "times from " + teacher.sigmaMin() + " to " + teacher.sigmaMax(),
                "those of the recipe, from " + student.sigmaMin() + " to " + student.sigmaMax());
    }

    /** Files that nobody sees by come of a recipe that is not the one that was meant. */
    private void requireFeatures(TrainingRecipe recipe) {
        boolean needed = recipe.adversarial() != null
                || (recipe.goal() instanceof Goal.Jumps jumps && jumps.distance() instanceof Goal.Distance.Perceptual);
        TrainingRecipe.require(
                !needed || !features.isEmpty(),
                "features",
                "none",
                "a TorchScript file, for the recipe's perceptual distance or adversarial loss");
        TrainingRecipe.require(
                needed || features.isEmpty(),
                "features",
                features.stream().map(Path::toString).collect(Collectors.joining(", ")),
                "none, as the recipe has neither a perceptual distance nor critics");
    }

    private void requireDistanceModel(TrainingRecipe recipe) {
        boolean needed = recipe.goal() instanceof Goal.Jumps jumps && jumps.distance() instanceof Goal.Distance.Learned;
        TrainingRecipe.require(
                !needed || distanceModel != null,
                "distance model",
                "none",
                "a TorchScript file, for the recipe's learned distance");
        TrainingRecipe.require(
                needed || distanceModel == null,
                "distance model",
                String.valueOf(distanceModel),
                "none, as the recipe has no learned distance");
    }
}
