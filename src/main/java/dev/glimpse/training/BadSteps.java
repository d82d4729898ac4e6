package dev.glimpse.training;

/**
 * How many steps in a row came to gradients that are not finite: those of the network and those of the critics apart,
 * as the sound steps of one say nothing of the other. Confined to the run's thread.
 */
final class BadSteps {
    private static final int MOST = 20;

    private int network;
    private int critics;
    private boolean sound = true;

    /**
     * Counts a step.
     *
     * @param ofCritics whether it was to update the critics
     * @param finite whether its gradients were finite
     * @param step its number
     * @throws TrainingDivergedException if there have been too many
     */
    void count(boolean ofCritics, boolean finite, int step) {
        sound = finite;
        int inARow = finite ? 0 : 1 + (ofCritics ? critics : network);
        if (ofCritics) {
            critics = inARow;
        } else {
            network = inARow;
        }
        if (inARow > MOST) {
            throw new TrainingDivergedException("gradients: not finite for " + inARow
                    + (ofCritics ? " of the critics' steps" : " steps") + " in a row at step " + step);
        }
    }

    /** Whether the last step was none of them. */
    boolean lastWasSound() {
        return sound;
    }
}
