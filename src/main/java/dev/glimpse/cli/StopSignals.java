package dev.glimpse.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The wish of the operating system or of a person at the terminal that the process ends: SIGTERM or SIGINT.
 *
 * <p>The first signal is handed to whoever waits; a second one ends the process at once, because somebody who asks
 * twice does not want to wait. The JVM's own shutdown hooks can do neither that nor a clean exit status of 0.
 */
final class StopSignals {
    private static final int KILLED_BY = 128;

    private final CompletableFuture<String> first = new CompletableFuture<>();

    private StopSignals() {}

    /** Takes both signals from the JVM, from now on and for good. */
    static StopSignals listen() {
        StopSignals signals = new StopSignals();
        signals.handle("TERM");
        signals.handle("INT");
        return signals;
    }

    @SuppressWarnings("sunapi")
    private void handle(String name) {
        sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> {
            if (!first.complete("SIG" + name)) {
                Runtime.getRuntime().halt(KILLED_BY + signal.getNumber());
            }
        });
    }

    /** Waits for the first signal and tells its name. */
    String await() throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a signal is only ever completed with its name", e);
        }
    }
}
