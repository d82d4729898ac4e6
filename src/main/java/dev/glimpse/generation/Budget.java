package dev.glimpse.generation;

import java.util.Optional;

/** What a client may use, asked before a request costs anything. Safe to use from any thread. */
public interface Budget {
    /** No bound but the server's own. */
    Budget UNLIMITED = new Budget() {
        @Override
        public Optional<Failure> begin(int trajectories, long nfe) {
            return Optional.empty();
        }

        @Override
        public void spent(long nfe) {}

        @Override
        public void sent(long bytes) {}

        @Override
        public void end(int trajectories, long unusedNfe) {}
    };

    /**
     * Takes what a request needs, all or nothing, or says why that may not be.
     *
     * @param trajectories that it runs
     * @param nfe network evaluations that it asks for, previews not counted
     */
    Optional<Failure> begin(int trajectories, long nfe);

    /** Counts network evaluations that nobody could foresee; they may leave a debt that later requests wait for. */
    void spent(long nfe);

    /** Counts the bytes of a picture on its way to the client. */
    void sent(long bytes);

    /**
     * Ends what {@link #begin} took; once for each time that it took something.
     *
     * @param unusedNfe evaluations of it that never ran
     */
    void end(int trajectories, long unusedNfe);
}
