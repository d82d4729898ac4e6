package dev.glimpse.generation;

import dev.glimpse.math.StepPlan;
import java.util.List;

/** What happens to a request: accepted once, any number of steps, then exactly one of finished and failed. */
public sealed interface GenerationEvent {
    /**
     * The request as the server understood it, before anything ran.
     *
     * @param requestId names the request in logs and errors
     * @param model the model that answers, with its name, version and image shape
     * @param seed the noise key in use
     * @param labels class index of each sample, {@code count} of them; empty for a model without classes
     * @param plan the steps every sample takes
     * @param preview which picture is shown before the end
     */
    record Accepted(
            String requestId, ServedModel model, long seed, List<Integer> labels, StepPlan plan, PreviewKind preview)
            implements GenerationEvent {
        public Accepted {
            labels = List.copyOf(labels);
        }
    }

    /**
     * One sample took one step, and this is its picture.
     *
     * @param sample index of the sample, 0..count-1
     * @param step number of the step just taken, 1..n
     * @param last whether this is the sample's final picture
     * @param t time of the state that the picture was made from
     * @param s time the step's jump landed on
     * @param nfe network evaluations spent on this sample so far, previews included
     * @param batchRows rows of the forward that made the picture, those of other requests included
     * @param forwardNanos how long that forward took
     * @param elapsedNanos time from admission to the end of that forward
     * @param kind what the picture shows; {@link PreviewKind#EXACT} for the final one
     * @param image the picture's bytes in the format that was asked for
     */
    record Stepped(
            int sample,
            int step,
            boolean last,
            double t,
            double s,
            int nfe,
            int batchRows,
            long forwardNanos,
            long elapsedNanos,
            PreviewKind kind,
            byte[] image)
            implements GenerationEvent {}

    /**
     * Every sample has its final picture.
     *
     * @param nfe network evaluations spent on the whole request, previews included
     * @param framesSkipped previews that were not sent because the client had too many before them still to take
     * @param elapsedNanos time from admission to the last forward's end
     */
    record Finished(int nfe, int framesSkipped, long elapsedNanos) implements GenerationEvent {}

    /** The request ended without its last picture. */
    record Failed(Failure failure) implements GenerationEvent {}
}
