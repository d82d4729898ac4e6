package dev.glimpse.generation;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.LabelNames;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Turns recipes into the ways of their trajectories; the same recipe always gives the same ways. */
final class RecipePlanner {
    private static final String NO_CLASSES = "absent, as the model has no classes";

    private final ModelSpec spec;

    RecipePlanner(ModelSpec spec) {
        this.spec = spec;
    }

    /**
     * What a recipe comes to.
     *
     * @param plan the steps of its last part, the same for every trajectory
     * @param fromStep steps of every trajectory before that part
     * @param labels class of every trajectory; empty for a model without classes
     * @param paths the whole way of every trajectory
     * @param edit what every trajectory is held to
     */
    record Planned(StepPlan plan, int fromStep, List<Integer> labels, List<Path> paths, Edit edit) {}

    /** @throws InvalidFieldException naming the field that this model cannot serve */
    Planned plan(Recipe recipe) {
        GenerationRequest request = recipe.request();
        long seed = request.seed().orElseThrow();
        EditResolver edits = new EditResolver(spec);
        Edit edit = edits.edit(request.edit(), request.count());
        StepPlan plan = edits.plan(request.edit(), request.walk(spec));
        List<Integer> labels = labels(request, seed, edit);
        List<Path> paths = new ArrayList<>();
        for (int sample = 0; sample < request.count(); sample++) {
            paths.add(Path.of(plan, seed, sample, labels.isEmpty() ? JumpBatch.NO_LABEL : labels.get(sample)));
        }
        Planned planned = new Planned(plan, 0, labels, paths, edit);
        for (Refinement refinement : recipe.refinements()) {
            planned = refined(planned, refinement, request.edit());
        }
        return planned;
    }

    private Planned refined(Planned parent, Refinement refinement, Optional<EditRequest> edit) {
        int samples = parent.paths().size();
        if (refinement.sample() >= samples) {
            throw new InvalidFieldException("sample", refinement.sample(), "0.." + (samples - 1));
        }
        Path path = parent.paths().get(refinement.sample());
        if (refinement.fromStep() > path.length()) {
            throw new InvalidFieldException("from_step", refinement.fromStep(), "0.." + path.length());
        }
        double begin = begin(refinement.time(), path.timeAfter(refinement.fromStep()));
        EditResolver edits = new EditResolver(spec);
        // The noise itself is walked as a request would walk it, so that the same steps give the same trajectory.
        StepPlan plan = refinement.fromStep() == 0 && begin == spec.sigmaMax() && EditResolver.fromNoise(edit)
                ? edits.plan(edit, refinement.plan())
                : edits.plan(refinement.plan(), begin);
        List<Path> paths = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int branch = 0; branch < refinement.branches(); branch++) {
            paths.add(path.refined(refinement.fromStep(), plan, branch, parent.edit() instanceof Edit.Given));
            if (!parent.labels().isEmpty()) {
                labels.add(path.label());
            }
        }
        return new Planned(plan, refinement.fromStep(), labels, paths, parent.edit());
    }

    /** Where a refinement begins: no lower than the state it begins with, and where there is a way to go. */
    private double begin(OptionalDouble asked, double reached) {
        double begin = asked.orElse(reached);
        if (begin < reached || begin > spec.sigmaMax() || begin <= spec.sigmaMin()) {
            throw new InvalidFieldException(
                    "time",
                    asked.isPresent() ? asked.getAsDouble() : "absent",
                    (reached <= spec.sigmaMin() ? "more than " + spec.sigmaMin() : "at least " + reached) + ", at most "
                            + spec.sigmaMax());
        }
        return begin;
    }

    private List<Integer> labels(GenerationRequest request, long seed, Edit edit) {
        List<String> names = spec.labels();
        Optional<Integer> asked = request.label().map(this::index);
        if (request.encodes()) {
            requireLabel(request.label());
        }
        List<Integer> labels = new ArrayList<>();
        for (int sample = 0; sample < request.count() && !names.isEmpty(); sample++) {
            labels.add(asked.isPresent() ? asked.get() : NoiseStream.label(seed, edit.noiseOf(sample), names.size()));
        }
        return labels;
    }

    /**
     * Refuses a picture without a class where the model has classes: which one it is cannot be drawn.
     *
     * @throws InvalidFieldException if there is none
     */
    void requireLabel(Optional<ClassLabel> label) {
        if (label.isEmpty() && !spec.labels().isEmpty()) {
            throw new InvalidFieldException(
                    "label", "none", "class_index or class_name, as the model has classes and the picture is of one");
        }
    }

    /** The class that a client means, by its index. */
    int index(ClassLabel label) {
        List<String> names = spec.labels();
        if (label instanceof ClassLabel.Index index) {
            if (index.value() < 0 || index.value() >= names.size()) {
                throw new InvalidFieldException(
                        index.field(), index.value(), names.isEmpty() ? NO_CLASSES : "0.." + (names.size() - 1));
            }
            return index.value();
        }
        ClassLabel.Name name = (ClassLabel.Name) label;
        return LabelNames.index(names, name.value())
                .orElseThrow(() -> new InvalidFieldException(
                        name.field(),
                        name.value(),
                        names.isEmpty() ? NO_CLASSES : "one of " + String.join(", ", names)));
    }
}
