package dev.glimpse.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server tells of its own life: in words for people, or, where collectors read its log, as events of that. Not
 * to be touched before the settings of the log are known, as the logger is made here.
 */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final PrintWriter out;
    private final boolean events;

    /**
     * Tells in one of the two ways.
     *
     * @param out for people
     * @param events whether to tell in the log instead
     */
    Notices(PrintWriter out, boolean events) {
        this.out = out;
        this.events = events;
    }

    void ready(Banner.Facts facts, Duration untilReady) {
        if (!events) {
            print(Banner.of(facts, untilReady));
            return;
        }
        String models = facts.models().stream()
                .map(model -> model.served().name() + "/" + model.served().version())
                .collect(Collectors.joining(","));
        LOG.atInfo()
                .addKeyValue("version", GlimpseCommand.versionName())
                .addKeyValue("host", facts.host())
                .addKeyValue("port", facts.port())
                .addKeyValue("tls", facts.encrypted())
                .addKeyValue("admin", facts.admin())
                .addKeyValue("models", models)
                .addKeyValue("device", facts.models().get(0).served().device())
                .addKeyValue("after_ms", untilReady.toMillis())
                .log("ready");
    }

    /** No key was given to sign resume tokens with. */
    void ownResumeKey() {
        LOG.info("resume tokens are signed with a key of this process, as resume.keys-file is empty;"
                + " no other server takes them, and none after a restart");
    }

    /** The process may not open as many files as its settings want connections. */
    void fewerConnections(int bound, int wanted) {
        LOG.info(
                "server.max-connections is {} and not {}, as the process may open no more files (ulimit -n)",
                bound,
                wanted);
    }

    /** @param grace how long running requests have */
    void stopping(String signal, Duration grace) {
        if (events) {
            LOG.atInfo()
                    .addKeyValue("signal", signal)
                    .addKeyValue("grace_seconds", grace.toSeconds())
                    .log("stopping");
            return;
        }
        print(String.format(
                Locale.ROOT, "%s: stopping; running requests have %d s to end%n", signal, grace.toSeconds()));
    }

    /** It was told to stop while its models were loaded. */
    void stopped(String signal) {
        if (events) {
            LOG.atInfo().addKeyValue("signal", signal).log("stopped before anybody was served");
            return;
        }
        print(String.format("%s: stopped before anybody was served%n", signal));
    }

    /**
     * Tells in the log why the server ends or did not start.
     *
     * @param cause whose trace is worth a look; absent for wrong input
     */
    static void failed(String why, Optional<? extends Throwable> cause) {
        LOG.error(why, cause.orElse(null));
    }

    private void print(String text) {
        out.print(text);
        out.flush();
    }
}
