package dev.glimpse.training;

/** A run's gradients stopped being finite numbers and did not recover. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    TrainingDivergedException(String what) {
        super(message(what, ""));
        this.what = what;
    }

    private TrainingDivergedException(TrainingDivergedException cause, String advice) {
        super(message(cause.what, "; " + advice), cause);
        this.what = cause.what;
    }

    /** The same, with what else to do about it. */
    public TrainingDivergedException advising(String advice) {
        return new TrainingDivergedException(this, advice);
    }

    private static String message(String what, String advice) {
        return what + " (expected: finite; a lower learning_rate or a longer warmup usually helps" + advice + ")";
    }
}
