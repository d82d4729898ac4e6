package dev.glimpse.cli;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that files have changed, by what is in them: a mounted secret is exchanged by switching a link, which no time
 * of the file tells. A change counts once two looks in a row see the same, as a file that is being written anew is
 * empty for a moment, and half of what it will be for another. Read away from the event loops.
 */
final class FileWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private final List<Path> files;
    private final Runnable changed;
    private List<Integer> taken;
    private List<Integer> seen;

    /** @param inForce what the files held when, or before, they were last read */
    FileWatch(Held inForce, Runnable changed) {
        files = inForce.files();
        this.changed = changed;
        taken = inForce.contents();
        seen = taken;
    }

    /**
     * What files hold at a moment. Whoever reads them takes it before that: a change in between then costs a needless
     * reading, and is not missed.
     *
     * @param contents a number for what each of them holds
     */
    record Held(List<Path> files, List<Integer> contents) {
        Held {
            files = List.copyOf(files);
            contents = List.copyOf(contents);
        }

        static Held now(List<Path> files) {
            return new Held(files, files.stream().map(Held::content).toList());
        }

        private static int content(Path file) {
            try {
                return Arrays.hashCode(Files.readAllBytes(file));
            } catch (IOException e) {
                return 0;
            }
        }
    }

    /**
     * Looks at the files every so often, until the Vert.x instance is closed; two looks are never closer than that.
     *
     * @param inForce what they held when, or before, they were last read
     * @param changed reads them anew; what it throws is logged, and called for the next change again
     */
    static void start(Vertx vertx, Duration every, Held inForce, Runnable changed) {
        new FileWatch(inForce, changed).lookAfter(vertx, every);
    }

    /** Looks at the files after a while, and from then on as often, until the Vert.x closes. */
    void lookAfter(Vertx vertx, Duration every) {
        unlessClosing(() -> vertx.setTimer(every.toMillis(), timer -> lookAside(vertx, every)));
    }

    /** Looks at them now, on a thread that may wait for a disk, and then again after a while. */
    void lookAside(Vertx vertx, Duration every) {
        unlessClosing(() -> vertx.executeBlocking(this::look).onComplete(looked -> {
            if (looked.cause() instanceof RejectedExecutionException) {
                return;
            }
            if (looked.failed()) {
                LOG.error("{} could not be watched", files, looked.cause());
            }
            lookAfter(vertx, every);
        }));
    }

    /**
     * A Vert.x that is closing takes no more work and no more timers, and throws, as a rule, at whoever brings some.
     */
    private void unlessClosing(Runnable act) {
        try {
            act.run();
        } catch (RejectedExecutionException e) {
            LOG.debug("{} watched no longer: {}", files, e.getMessage());
        }
    }

    /** Looks once, and tells whether a change was taken in. */
    synchronized boolean look() {
        List<Integer> now = Held.now(files).contents();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(taken)) {
            return false;
        }
        taken = now;
        try {
            changed.run();
            LOG.info("took in what changed in {}", files);
        } catch (IllegalArgumentException | WrongInputException e) {
            LOG.warn("{}; what was read before stays in force", e.getMessage());
        }
        return true;
    }
}
