package dev.glimpse.generation;

import dev.glimpse.math.Step;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import dev.glimpse.scheduler.Batch;

/** One picture being refined; belongs to the dispatcher's context. */
final class Trajectory {
    private final ActiveRequest request;
    private final int sample;
    private float[] x;
    private float[] carried;
    private int nfe;

    Trajectory(ActiveRequest request, int sample) {
        this.request = request;
        this.sample = sample;
        x = new float[0];
        carried = x;
    }

    ActiveRequest request() {
        return request;
    }

    /** Rows its next step takes now: an exact preview that costs a row is not made for a reader that lags behind. */
    int rows(int step) {
        int most = request.rule().rowsAt(step);
        return request.stream().keepsUp(sample) ? most : 1;
    }

    /** The step as data for a device worker, which draws the state of a first step itself. */
    StepRequest next(Batch.Entry entry) {
        GenerationEvent.Accepted accepted = request.planned().accepted();
        if (entry.step() == 0) {
            x = new float[request.planned().spec().dimension()];
        }
        Step step = accepted.plan().steps().get(entry.step());
        int label = accepted.labels().isEmpty()
                ? JumpBatch.NO_LABEL
                : accepted.labels().get(sample);
        PreviewRule rule = request.rule();
        boolean exact = rule.exactAt(entry.step()) && entry.rows() == rule.rowsAt(entry.step());
        return new StepRequest(x, carried, step, label, accepted.seed(), sample, entry.step(), exact);
    }

    /** Takes in what a step gave, and shows it to the reader. */
    void advance(int step, StepResult result, Forward forward) {
        x = result.x();
        carried = result.carried();
        nfe += result.evaluations();
        request.spent(result.evaluations());
        PreviewRule rule = request.rule();
        if (rule.isLast(step)) {
            request.stream().offer(frame(step, result.x(), forward));
            request.sampleFinished(forward.endNanos());
            return;
        }
        switch (rule.kindAt(step)) {
            case EXACT -> {
                float[] preview = result.exactPreview();
                if (preview == null) {
                    request.stream().skip();
                } else {
                    request.stream().offer(frame(step, preview, forward));
                }
            }
            case FREE -> request.stream().offer(frame(step, result.denoised(), forward));
            case STATE -> request.stream().offer(frame(step, result.x(), forward));
            case NONE -> {}
        }
    }

    private Frame frame(int step, float[] pixels, Forward forward) {
        PreviewRule rule = request.rule();
        GenerationEvent.Stepped event = new GenerationEvent.Stepped(
                sample,
                step + 1,
                rule.isLast(step),
                rule.timeAt(step),
                rule.plan().steps().get(step).s(),
                nfe,
                forward.rows(),
                forward.durationNanos(),
                forward.endNanos() - request.admittedNanos(),
                rule.kindAt(step),
                new byte[0]);
        return new Frame(event, pixels);
    }

    /**
     * The forward that a step ran in.
     *
     * @param rows rows of all its steps
     * @param durationNanos how long it took
     * @param endNanos when it ended
     */
    record Forward(int rows, long durationNanos, long endNanos) {}
}
