package dev.glimpse.generation;

import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.model.ModelSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes every choice that a request leaves open, and holds it to what the model and the limits allow. */
final class RequestResolver {
    private final Supplier<ModelCatalog> catalog;
    private final GenerationSettings settings;
    private final ResumeTokens tokens;
    private final SecureRandom random;

    /** @param catalog the models that are served at the moment of the call */
    RequestResolver(
            Supplier<ModelCatalog> catalog, GenerationSettings settings, ResumeTokens tokens, SecureRandom random) {
        this.catalog = catalog;
        this.settings = settings;
        this.tokens = tokens;
        this.random = random;
    }

    /** The model that a client means. */
    sealed interface Choice {
        record Found(ModelSource source) implements Choice {}

        record Missing(Failure failure) implements Choice {}
    }

    /** Finds a model; an empty name or version leaves the choice to the catalog. */
    Choice choose(String name, String version) {
        ModelCatalog models = catalog.get();
        return models.find(name, version).<Choice>map(Choice.Found::new).orElseGet(() -> {
            String meant = models.meant(name);
            List<String> versions = models.versions(meant);
            if (!version.isEmpty() && !versions.isEmpty()) {
                return new Choice.Missing(Failure.ModelNotFound.version(meant, version, versions));
            }
            String asked = meant + (version.isEmpty() ? "" : "/" + version);
            return new Choice.Missing(new Failure.ModelNotFound(asked, models.ids()));
        });
    }

    /** A name for a request, unlike that of any other. */
    String newRequestId() {
        return HexFormat.of().toHexDigits(random.nextLong());
    }

    Resolution resolve(GenerationRequest request) {
        Choice choice = choose(request.model(), request.version());
        if (choice instanceof Choice.Missing missing) {
            return new Resolution.Refused(missing.failure());
        }
        ModelSource source = ((Choice.Found) choice).source();
        return checked(() -> {
            RecipePlanner planner = new RecipePlanner(source.spec());
            long seed = request.seed().orElseGet(random::nextLong);
            Optional<ClassLabel> label = request.label().map(l -> new ClassLabel.Index(planner.index(l)));
            Recipe recipe = new Recipe(request.resolved(source.name(), source.version(), seed, label), List.of());
            boolean repeatable =
                    request.seed().isPresent() && request.deterministic() && request.quality() == Quality.FIXED;
            return planned(source, recipe, new Asked(Optional.empty(), request.timeout(), repeatable, false));
        });
    }

    /** The refinement of a request that was made by a recipe. */
    Resolution resolve(Recipe refined, RefineRequest request) {
        if (refined.refinements().size() == Recipe.MAX_DEPTH) {
            return new Resolution.Refused(Failure.InvalidField.of(
                    "of", "refined " + Recipe.MAX_DEPTH + " times", "fewer, one upon the other"));
        }
        GenerationRequest begun = refined.request().shown(request.preview(), request.format());
        Optional<ModelSource> source = catalog.get().find(begun.model(), begun.version());
        if (source.isEmpty()) {
            return new Resolution.Refused(new Failure.ModelNotFound(
                    begun.model() + "/" + begun.version(), catalog.get().ids()));
        }
        return checked(() -> {
            List<Refinement> refinements = new ArrayList<>(refined.refinements());
            // Kept as it is walked, so that the tokens of those that were kept as they were asked for walk on as
            // before.
            refinements.add(
                    request.refinement().within(begun.edit(), source.get().spec()));
            Recipe recipe = new Recipe(begun, refinements);
            return planned(source.get(), recipe, new Asked(Optional.empty(), request.timeout(), false, false));
        });
    }

    /** What is left of the request that a token stands for. */
    Resolution resolve(ResumeRequest request) {
        return checked(() -> {
            ResumeTokens.Opened opened = tokens.open(request.token(), request.edit());
            GenerationRequest begun = opened.recipe().request();
            ModelSource source = catalog.get()
                    .find(begun.model(), begun.version())
                    .orElseThrow(() -> new InvalidFieldException(
                            ResumeRequest.FIELD,
                            "made by " + begun.model() + "/" + begun.version(),
                            "one made by " + String.join(", ", catalog.get().ids())));
            opened.requireWeights(source);
            Recipe recipe = request.previews()
                    ? opened.recipe()
                    : new Recipe(
                            begun.shown(PreviewKind.NONE, begun.format()),
                            opened.recipe().refinements());
            return planned(
                    source, recipe, new Asked(Optional.of(opened), request.timeout(), false, opened.shortened()));
        });
    }

    /** The same request with fewer steps than it asked for. */
    Resolution shortened(Resolution.Resolved resolved, int steps) {
        Recipe recipe = resolved.request().recipe();
        Optional<ModelSource> source =
                catalog.get().find(recipe.request().model(), recipe.request().version());
        return source.isEmpty()
                ? resolved
                : checked(() -> planned(
                        source.get(),
                        new Recipe(
                                recipe.request().walked(recipe.request().plan().withSteps(steps)), List.of()),
                        new Asked(
                                Optional.empty(), Optional.of(resolved.request().timeout()), false, true)));
    }

    /**
     * How a recipe was asked for.
     *
     * @param resumed the token, if it is one that was begun before
     * @param repeatable whether another request may ask for the very same pictures
     * @param shortened whether the recipe has fewer steps than that
     */
    private record Asked(
            Optional<ResumeTokens.Opened> resumed, Optional<Duration> timeout, boolean repeatable, boolean shortened) {}

    /** Planning, as an answer. */
    private interface Planning {
        Resolution.Resolved plan();
    }

    private static Resolution checked(Planning planning) {
        try {
            return planning.plan();
        } catch (InvalidFieldException e) {
            return new Resolution.Refused(e.failure());
        } catch (ForeignTokenException e) {
            return new Resolution.Refused(new Failure.ForeignToken(String.valueOf(e.getMessage())));
        } catch (InvalidPlanException e) {
            return new Resolution.Refused(new InvalidFieldException(e).failure());
        }
    }

    /** A denoiser has no jump to the end to show, but what it makes of the state it shows for free. */
    private static PreviewKind preview(PreviewKind asked, ModelSpec spec) {
        return asked == PreviewKind.EXACT && !spec.jumps() ? PreviewKind.FREE : asked;
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

    private Resolution.Resolved planned(ModelSource source, Recipe recipe, Asked asked) {
        GenerationRequest request = recipe.request();
        settings.limits().require(request, source.spec());
        // Bounded before it is planned, as every step and branch takes memory.
        recipe.refinements().forEach(refinement -> settings.limits().require(refinement, source.spec()));
        RecipePlanner.Planned planned = new RecipePlanner(source.spec()).plan(recipe);
        if (!recipe.refinements().isEmpty()) {
            settings.limits().require(planned);
        }
        ResumeTokens.Issuer issuer = tokens.issuer(recipe, planned.paths(), source, asked.shortened());
        List<Integer> progress = asked.resumed()
                .map(opened -> opened.progress(issuer))
                .orElseGet(() -> Collections.nCopies(recipe.count(), 0));
        GenerationEvent.Accepted accepted = new GenerationEvent.Accepted(
                newRequestId(),
                served(source),
                request.seed().orElseThrow(),
                planned.paths().size(),
                planned.labels(),
                planned.plan(),
                preview(request.preview(), source.spec()),
                new GenerationEvent.Terms(
                        request.format(),
                        planned.fromStep(),
                        request.quality(),
                        asked.shortened(),
                        request.deterministic(),
                        false,
                        issuer.issue(progress)));
        Duration granted = settings.limits().granted(asked.timeout());
        return new Resolution.Resolved(
                source.id(),
                new PlannedRequest(
                        recipe,
                        source.spec(),
                        accepted,
                        planned.paths(),
                        progress,
                        issuer,
                        granted,
                        planned.edit(),
                        asked.repeatable()));
    }
}
