package dev.glimpse.training;

/** A run's gradients stopped being finite numbers and did not recover. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingDivergedException(String message) {
        super(message);
    }
}
