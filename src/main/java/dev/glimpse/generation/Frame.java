package dev.glimpse.generation;

/**
 * A step's picture on its way to those who read it.
 *
 * @param sample index of its trajectory in the request
 * @param step number of the step just taken, 1..n
 * @param last whether it is the final one
 * @param shortened whether its trajectory was given fewer steps than planned
 * @param t time of the state that it was made from
 * @param s time the step's jump landed on
 * @param nfe network evaluations spent on the sample so far
 * @param forward the forward that made it
 * @param kind what it shows
 * @param picture what is shown
 */
record Frame(
        int sample,
        int step,
        boolean last,
        boolean shortened,
        double t,
        double s,
        int nfe,
        Forward forward,
        PreviewKind kind,
        FramePicture picture) {

    /**
     * The forward that a step ran in.
     *
     * @param rows rows of all its steps
     * @param durationNanos how long it took
     * @param endNanos when it ended
     */
    record Forward(int rows, long durationNanos, long endNanos) {}

    /** What the client is told. */
    GenerationEvent.Stepped event(byte[] image, long admittedNanos, String resumeToken) {
        return new GenerationEvent.Stepped(
                sample,
                step,
                last,
                shortened,
                t,
                s,
                nfe,
                forward.rows(),
                forward.durationNanos(),
                // A picture that was there before the request took no time.
                Math.max(0, forward.endNanos() - admittedNanos),
                kind,
                image,
                resumeToken);
    }
}
