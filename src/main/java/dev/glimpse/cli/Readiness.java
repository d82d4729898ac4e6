package dev.glimpse.cli;

import java.util.Optional;

/** Whether requests are welcome, and why not. Safe to ask and to tell from any thread. */
final class Readiness {
    private volatile boolean started;
    private volatile boolean open;
    private volatile boolean draining;

    /** The models are there. */
    void started() {
        started = true;
    }

    /** The doors are open. */
    void ready() {
        open = true;
    }

    /** No more requests, for good, even if the doors were still to open. */
    void draining() {
        draining = true;
    }

    Optional<String> notStartedBecause() {
        return started ? Optional.empty() : Optional.of("the models are being loaded");
    }

    Optional<String> notReadyBecause() {
        if (draining) {
            return Optional.of("draining");
        }
        return open ? Optional.empty() : Optional.of("starting");
    }
}
