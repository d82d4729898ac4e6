package dev.glimpse.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** What a class and those within it log, down to debug, until this is closed. */
public final class LogLines implements AutoCloseable {
    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };
    private final Logger logger;
    private final Level before;

    public LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        appender.start();
        logger.addAppender(appender);
    }

    /** Waits for a line that begins so; every line up to it, each with its level. */
    public List<String> until(String beginning) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        for (ILoggingEvent line = next(); line != null; line = next()) {
            seen.add(text(line));
            if (line.getFormattedMessage().startsWith(beginning)) {
                return seen;
            }
        }
        throw new AssertionError("no line within 10 s that begins with " + beginning + ", but " + seen);
    }

    /** Every line that nobody has taken yet, each with its level. */
    public List<String> soFar() {
        List<ILoggingEvent> taken = new ArrayList<>();
        lines.drainTo(taken);
        return taken.stream().map(LogLines::text).toList();
    }

    private static String text(ILoggingEvent line) {
        return line.getLevel() + " " + line.getFormattedMessage();
    }

    private ILoggingEvent next() throws InterruptedException {
        return lines.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(before);
    }
}
