package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.glimpse.api.ScriptedGenerator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a server tells of its life, and where. */
class NoticesTest {
    private static final Banner.Facts FACTS = new Banner.Facts(
            "glimpse.example",
            8080,
            false,
            "http://localhost:8081",
            List.of(new Banner.Model(ScriptedGenerator.MODEL, 1)));

    private final Logger logger = (Logger) LoggerFactory.getLogger(Notices.class);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final StringWriter text = new StringWriter();

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(events);
        logger.setLevel(null);
    }

    @Test
    void peopleAreToldInWords() {
        live(false);

        assertThat(text.toString())
                .startsWith(Banner.of(FACTS, Duration.ofSeconds(2)))
                .contains("SIGTERM: stopping; running requests have 20 s to end");
        assertThat(events.list).isEmpty();
    }

    @Test
    void collectorsAreToldInEventsAndNothingElse() {
        live(true);

        assertThat(text.toString()).isEmpty();
        assertThat(events.list).extracting(ILoggingEvent::getMessage).containsExactly("ready", "stopping");
        assertThat(events.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .contains("port=8080", "tls=false", "models=shapes/1", "after_ms=2000");
        assertThat(events.list.get(1).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("signal=SIGTERM", "grace_seconds=20");
    }

    @Test
    void collectorsAreToldWhyAServerDoesNotStart() {
        CommandLineRun refused = CommandLineRun.of(
                "serve", "--models", directory.resolve("none").toString(), "--set", "log.format=json");

        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).isEmpty();
        assertThat(events.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.ERROR))
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("none"))
                .satisfies(event -> assertThat(event.getThrowableProxy()).isNull());
    }

    private void live(boolean asEvents) {
        Notices notices = new Notices(new PrintWriter(text), asEvents);
        notices.ready(FACTS, Duration.ofSeconds(2));
        notices.stopping("SIGTERM", Duration.ofSeconds(20));
    }
}
