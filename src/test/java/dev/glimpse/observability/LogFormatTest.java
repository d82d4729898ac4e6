package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.event.KeyValuePair;

class LogFormatTest {
    @Test
    void jsonIsOneObjectALineWithTheRequestsFields() throws Exception {
        String line = written("json");
        JsonObject entry = JsonParser.parseString(line).getAsJsonObject();

        assertThat(line.strip()).doesNotContain("\n");
        assertThat(entry.get("level").getAsString()).isEqualTo("WARN");
        assertThat(entry.get("formattedMessage").getAsString()).isEqualTo("request ended");
        assertThat(entry.get("fields").toString())
                .isEqualTo("{\"request_id\":\"r-1\",\"outcome\":\"ok\",\"duration_ms\":12}");
        assertThat(entry.get("kvpList").toString())
                .isEqualTo("[{\"request_id\":\"r-1\"},{\"outcome\":\"ok\"},{\"duration_ms\":\"12\"}]");
        assertThat(entry.getAsJsonObject("throwable").get("message").getAsString())
                .isEqualTo("for the log");
    }

    @Test
    void textIsALineForPeopleWithTheRequestsFields() throws Exception {
        assertThat(written("text").lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line)
                        .endsWith("request ended request_id=\"r-1\" outcome=\"ok\" duration_ms=\"12\""));
    }

    /** Logs are kept, and laid beside those of machines elsewhere. */
    @Test
    void textTellsTheDayAndTheOffsetOfItsTime() throws Exception {
        String first = written("text").lines().findFirst().orElseThrow();

        assertThat(OffsetDateTime.parse(first.substring(0, first.indexOf(' '))))
                .isEqualTo(OffsetDateTime.parse("2026-11-28T23:59:59.001Z"));
    }

    /** Whoever connects can make as many of them as he likes. */
    @ParameterizedTest
    @CsvSource({"error,OFF", "warn,OFF", "info,OFF", "debug,WARN", "trace,WARN"})
    void errorsOfConnectionsAreToldOnlyToThoseWhoLookForThem(String level, String expected) throws Exception {
        LoggerContext context = context(Map.of("glimpse.log.level", level));

        for (Class<?> connections : List.of(connections(), DefaultHttp2Connection.class)) {
            assertThat(context.getLogger(connections.getName()).getEffectiveLevel())
                    .hasToString(expected);
            assertThat(context.getLogger(connections.getPackageName()).getEffectiveLevel())
                    .isEqualTo(Level.WARN);
        }
        context.stop();
    }

    /** Named here as there, since it is not public: this fails if Vert.x calls it something else. */
    private static Class<?> connections() throws ClassNotFoundException {
        return Class.forName("io.vertx.core.net.impl.ConnectionBase");
    }

    /** What the shipped configuration makes of an event. */
    private static String written(String format) throws Exception {
        LoggerContext context = context(Map.of("glimpse.log.format", format));
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        LoggingEvent event = new LoggingEvent(
                "", root, Level.WARN, "request ended", new IllegalStateException("for the log"), new Object[0]);
        event.setInstant(Instant.parse("2026-11-28T23:59:59.001Z"));
        event.setKeyValuePairs(List.of(
                new KeyValuePair("request_id", "r-1"),
                new KeyValuePair("outcome", "ok"),
                new KeyValuePair("duration_ms", 12L)));
        OutputStreamAppender<ILoggingEvent> appender = (OutputStreamAppender<ILoggingEvent>) root.getAppender("stderr");
        byte[] bytes = appender.getEncoder().encode(event);
        context.stop();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The shipped configuration with these properties. */
    private static LoggerContext context(Map<String, String> properties) throws JoranException {
        LoggerContext context = new LoggerContext();
        properties.forEach(context::putProperty);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
        return context;
    }
}
