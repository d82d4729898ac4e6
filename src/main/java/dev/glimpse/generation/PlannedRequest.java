package dev.glimpse.generation;

import dev.glimpse.math.Step;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A request with every choice made, ready to be admitted.
 *
 * @param recipe what its pictures depend on
 * @param spec the model's
 * @param accepted what the client is told if it is admitted
 * @param paths the way of every trajectory
 * @param progress steps of each trajectory that the client has been shown already
 * @param issuer makes its resume tokens
 * @param timeout how long it may live from its submission
 * @param edit what every trajectory is held to
 * @param repeatable whether another request may ask for the very same pictures, as the client chose the seed
 * @param client on whose behalf
 */
record PlannedRequest(
        Recipe recipe,
        ModelSpec spec,
        GenerationEvent.Accepted accepted,
        List<Path> paths,
        List<Integer> progress,
        ResumeTokens.Issuer issuer,
        Duration timeout,
        Edit edit,
        boolean repeatable,
        Client client) {
    PlannedRequest {
        paths = List.copyOf(paths);
        progress = List.copyOf(progress);
    }

    /** A request of nobody in particular. */
    PlannedRequest(
            Recipe recipe,
            ModelSpec spec,
            GenerationEvent.Accepted accepted,
            List<Path> paths,
            List<Integer> progress,
            ResumeTokens.Issuer issuer,
            Duration timeout,
            Edit edit,
            boolean repeatable) {
        this(recipe, spec, accepted, paths, progress, issuer, timeout, edit, repeatable, Client.ANYONE);
    }

    /** The same on behalf of a client. */
    PlannedRequest by(Client asking) {
        return new PlannedRequest(recipe, spec, accepted, paths, progress, issuer, timeout, edit, repeatable, asking);
    }

    /** Trajectories that have to run. */
    int trajectories() {
        return (int) unfinished().count();
    }

    /** Network evaluations that those ask for, previews not counted. */
    long nfe() {
        return unfinished().mapToLong(sample -> paths.get(sample).length()).sum();
    }

    /** Rows of each step that the client has not been shown, of those trajectories. */
    Stream<List<Integer>> rowsToShow() {
        return unfinished().mapToObj(this::rule).map(rule -> rule.rowsFrom(rule.shownFrom()));
    }

    /** Ends what its client's budget granted; what devices were not given was not used. */
    void endBudget(long evaluationsBegun) {
        client.budget().end(trajectories(), Math.max(0, nfe() - evaluationsBegun));
    }

    private IntStream unfinished() {
        return IntStream.range(0, paths.size())
                .filter(sample -> progress.get(sample) < paths.get(sample).length());
    }

    /** Whether the client has been shown nothing of it yet. */
    boolean untouched() {
        return progress.stream().allMatch(steps -> steps == 0);
    }

    /** Whether its steps may be left out: each of them could jump to the end as well. */
    boolean flexible() {
        return accepted.terms().quality() == Quality.FLEXIBLE
                && paths.stream()
                        .flatMap(path -> path.legs().stream())
                        .allMatch(leg -> leg.step().kind() == Step.Kind.JUMP);
    }

    /** What a trajectory shows. */
    PreviewRule rule(int sample) {
        int first = accepted.terms().fromStep();
        return new PreviewRule(
                accepted.preview(), paths.get(sample), first, Math.max(first, progress.get(sample)), spec);
    }
}
