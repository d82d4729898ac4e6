package dev.glimpse.cli;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The promise that a command which makes one directory leaves nothing behind when it fails or is interrupted.
 *
 * <p>On SIGINT or SIGTERM it interrupts the thread that made it and lets that thread clear up before the process ends.
 * When closed without the directory standing, it removes the directories above that were missing before.
 */
final class NothingLeftBehind implements AutoCloseable {
    /** Longer than the evaluation of any network takes, which no interrupt stops. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final List<Path> missing = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    /** Begins on the thread that will make {@code directory}. */
    NothingLeftBehind(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        for (Path above = this.directory.getParent(); above != null && !Files.exists(above); ) {
            missing.add(above);
            above = above.getParent();
        }
        Thread worker = Thread.currentThread();
        hook = new Thread(() -> stop(worker), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop(Thread worker) {
        worker.interrupt();
        try {
            if (!done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends here what was interrupted while nothing could notice. */
    static void requireNoInterrupt() throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!Files.exists(directory)) {
                for (Path above : missing) {
                    Files.deleteIfExists(above);
                }
            }
        } catch (DirectoryNotEmptyException e) {
            // Somebody else has put something there meanwhile, so it is theirs now.
            return;
        } finally {
            done.countDown();
            forget();
        }
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending; the hook has run or is waiting for this very call.
            return;
        }
    }
}
