package dev.glimpse.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** The least level of the server's own lines that is logged, which may change while it runs. Thread-safe. */
public final class LogLevel {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevel.class);
    private static final String OWN = "dev.glimpse";

    /** They tell of clients' errors alone, and of each; logback.xml says the same of the level at the start. */
    private static final List<String> CLIENTS =
            List.of("io.vertx.core.net.impl.ConnectionBase", "io.netty.handler.codec.http2.DefaultHttp2Connection");

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    /** The least level that is logged: error, warn, info, debug or trace. */
    public String level() {
        return logger(OWN).getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Logs from that level on.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public void level(String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "level: " + level + " (expected: one of " + String.join(", ", LEVELS) + ")");
        }
        Level least = Level.valueOf(level.toUpperCase(Locale.ROOT));
        logger(OWN).setLevel(least);
        Level ofClients = Level.DEBUG.isGreaterOrEqual(least) ? Level.WARN : Level.OFF;
        CLIENTS.forEach(name -> logger(name).setLevel(ofClients));
        LOG.warn("the log's level is {} from here on", level);
    }

    private static Logger logger(String name) {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
    }
}
