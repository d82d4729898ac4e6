package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
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
     * @param count samples of the request, those that were finished before it was resumed among them
     * @param labels class index of each sample, {@code count} of them; empty for a model without classes
     * @param plan the steps every sample takes, behind those of {@link Terms#fromStep}
     * @param preview which picture is shown before the end
     * @param terms how it is served
     */
    record Accepted(
            String requestId,
            ServedModel model,
            long seed,
            int count,
            List<Integer> labels,
            StepPlan plan,
            PreviewKind preview,
            Terms terms)
            implements GenerationEvent {
        public Accepted {
            labels = List.copyOf(labels);
        }

        /** The same, answered with kept pictures. */
        Accepted fromCache() {
            return new Accepted(
                    requestId,
                    model,
                    seed,
                    count,
                    labels,
                    plan,
                    preview,
                    new Terms(
                            terms.format(),
                            terms.fromStep(),
                            terms.quality(),
                            terms.shortened(),
                            terms.deterministic(),
                            true,
                            terms.resumeToken()));
        }
    }

    /**
     * How a request is served.
     *
     * @param format layout of every picture's bytes
     * @param fromStep steps before the plan's first one, which belong to what is refined; 0 unless it is a refinement
     * @param quality whether the plan may be shortened
     * @param shortened whether it has been, as too much waits for every step that was asked for
     * @param deterministic whether the pictures are to be the same in any company; not so, they may differ in their
     *     last bits
     * @param cached whether the pictures are kept ones of an identical request, so that nothing is evaluated
     * @param resumeToken resumes the request before its first frame; the pictures of an edit have to be sent again with
     *     it
     */
    record Terms(
            ImageFormat format,
            int fromStep,
            Quality quality,
            boolean shortened,
            boolean deterministic,
            boolean cached,
            String resumeToken) {}

    /**
     * One sample took one step, and this is its picture.
     *
     * @param sample index of the sample, 0..count-1
     * @param step number of the step just taken, 1..n
     * @param last whether this is the sample's final picture
     * @param shortened whether the sample took fewer steps than planned, as its deadline was near; {@code step} tells
     *     how many
     * @param t time of the state that the picture was made from
     * @param s time the step's jump landed on
     * @param nfe network evaluations spent on this sample so far, previews included
     * @param batchRows rows of the forward that made the picture, those of other requests included
     * @param forwardNanos how long that forward took
     * @param elapsedNanos time from admission to the end of that forward
     * @param kind what the picture shows; {@link PreviewKind#EXACT} for the final one
     * @param image the picture's bytes in the format that was asked for
     * @param resumeToken resumes the request behind this frame
     */
    record Stepped(
            int sample,
            int step,
            boolean last,
            boolean shortened,
            double t,
            double s,
            int nfe,
            int batchRows,
            long forwardNanos,
            long elapsedNanos,
            PreviewKind kind,
            byte[] image,
            String resumeToken)
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
