package dev.glimpse.generation;

import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One picture being refined; belongs to the dispatcher's context. */
final class Trajectory {
    private final ActiveRequest request;
    private final int sample;
    private PreviewRule rule;
    private float[] x = new float[0];
    private float[] carried = x;
    private int first;
    private int next;
    private int nfe;
    /** What it would still show, had its deadline not been so near. */
    private @Nullable PreviewRule unshortened;

    private boolean retried;
    private Optional<Long> jobId = Optional.empty();
    private boolean inFlight;
    /** Whether it has a frame that no reader has been offered yet. */
    private boolean unshown;

    Trajectory(ActiveRequest request, int sample) {
        this.request = request;
        this.sample = sample;
        rule = request.planned().rule(sample);
    }

    ActiveRequest request() {
        return request;
    }

    /** Its index in the request. */
    int sample() {
        return sample;
    }

    /** Steps it has taken. */
    int step() {
        return next;
    }

    /** Steps that devices were given; those that it began with are none of them. */
    int stepsBegun() {
        return next - first + (inFlight ? 1 : 0);
    }

    /** The job it has in the scheduler; none once that has been told to leave. */
    Optional<Long> jobId() {
        return jobId;
    }

    void jobId(Optional<Long> id) {
        jobId = id;
    }

    /** Whether a device is at one of its steps. */
    boolean inFlight() {
        return inFlight;
    }

    boolean finished() {
        return next == rule.path().length();
    }

    /** Begins with a state that is known already. */
    void startAt(SessionStates.State state) {
        first = state.steps();
        next = first;
        x = state.x();
        carried = state.carried();
    }

    /** What is left of it, as the scheduler sees it. */
    Job job(long id, long deadlineNanos, JobTerms terms) {
        return new Job(id, rule.rowsFrom(next), deadlineNanos, terms, next > first);
    }

    /** Rows its next step takes now: an exact preview that costs a row is not made when no reader has room for it. */
    int rows() {
        return request.audience().wants(sample, unshown ? 1 : 0) ? rule.rowsAt(next) : 1;
    }

    /** The next step as data for a device worker, which draws the state of a first step itself. */
    StepOrder.Task begin(Batch.Entry entry) {
        inFlight = true;
        if (entry.finishNow() && !rule.isLast(next)) {
            unshortened = rule;
            rule = rule.shortened(next);
        }
        if (next == 0) {
            x = new float[request.planned().spec().dimension()];
        }
        Path.Leg leg = rule.path().legs().get(next);
        boolean exact = rule.exactAt(next) && entry.rows() == rule.rowsAt(next);
        return new StepOrder.Task(
                new StepRequest(
                        x,
                        carried,
                        leg.step(),
                        rule.path().label(),
                        leg.seed(),
                        rule.path().sample(),
                        next,
                        exact,
                        request.planned().edit()),
                leg.raise());
    }

    /** Its device failed; returns whether it may try once more. */
    boolean failed() {
        inFlight = false;
        boolean again = !retried;
        retried = true;
        if (unshortened != null) {
            rule = unshortened;
            unshortened = null;
        }
        return again;
    }

    /**
     * Takes in what a step gave, so that the next one may begin.
     *
     * @return shows it to the readers, who may wait until the device has work again
     */
    Runnable advance(StepResult result, Frame.Forward forward) {
        inFlight = false;
        retried = false;
        int step = next++;
        x = result.x();
        carried = result.carried();
        nfe += result.evaluations();
        request.spent(result.evaluations());
        if (finished()) {
            jobId = Optional.empty();
        }
        // Cut short, it is not where its recipe has it after so many steps.
        Optional<SessionStates.State> state =
                unshortened == null ? Optional.of(new SessionStates.State(next, x, carried)) : Optional.empty();
        Optional<Frame> frame = shown(step, result).map(pixels -> frame(step, pixels, forward));
        boolean skipped = frame.isEmpty() && rule.kindAt(step) != PreviewKind.NONE;
        unshown = frame.isPresent();
        return () -> {
            unshown = false;
            state.ifPresent(kept -> request.audience().keep(sample, kept));
            frame.ifPresent(request.audience()::offer);
            if (skipped) {
                request.audience().skip();
            }
        };
    }

    /** Nobody wants its steps any more: what one gave is forgotten. */
    void discard() {
        inFlight = false;
    }

    /** The picture that a step shows, as pixels; none if it shows none, or was not to make it. */
    private Optional<float[]> shown(int step, StepResult result) {
        if (rule.isLast(step)) {
            return Optional.of(result.x());
        }
        return switch (rule.kindAt(step)) {
            case EXACT -> Optional.ofNullable(result.exactPreview());
            case FREE -> Optional.of(result.denoised());
            case STATE -> Optional.of(result.x());
            case NONE -> Optional.empty();
        };
    }

    private Frame frame(int step, float[] pixels, Frame.Forward forward) {
        return new Frame(
                sample,
                step + 1,
                rule.isLast(step),
                unshortened != null || request.planned().accepted().terms().shortened(),
                rule.timeAt(step),
                rule.path().step(step).s(),
                nfe,
                forward,
                rule.kindAt(step),
                new FramePicture(pixels));
    }
}
