package dev.glimpse.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The wish that a long command ends early, by SIGINT or SIGTERM: it is told, and the process waits until it has put
 * away what it has.
 *
 * <p>Close it when there is nothing left to put away.
 */
final class Interruption implements AutoCloseable {
    /** Longer than any command takes to come to a point where it can stop. */
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    private final Thread hook = new Thread(this::finish, "stop");

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** @param action run on another thread when the wish comes */
    void onStop(Runnable action) {
        stop.set(action);
    }

    private void finish() {
        stop.get().run();
        try {
            if (!done.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(picocli.CommandLine.ExitCode.SOFTWARE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is on its way out, and this is what the hook has been waiting for.
            return;
        }
    }
}
