package dev.glimpse.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The wish that a long command ends early, by SIGINT or SIGTERM: it is told, and the process waits until it has put
 * away what it has, however long that takes.
 *
 * <p>Close it when there is nothing left to put away.
 */
final class Interruption implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);
    private final CompletableFuture<Void> wish = new CompletableFuture<>();
    private final Thread hook = new Thread(this::finish, "stop");

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** @param action run on another thread when the wish comes, or now if it has come before */
    void onStop(Runnable action) {
        wish.thenRun(action);
    }

    private void finish() {
        wish.complete(null);
        try {
            done.await();
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
