package dev.glimpse.observability;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Lines of the log as JSON, with the event's fields as one object, {@code fields}, in which numbers are numbers. Beside
 * it {@code kvpList} has the same as an object for each and as text, for collectors that were told to read that.
 * Logback makes it, by its name in logback-json.xml.
 */
public final class FieldsEncoder extends JsonEncoder {
    @Override
    protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null || pairs.isEmpty()) {
            return;
        }
        JsonObject fields = new JsonObject();
        for (KeyValuePair pair : pairs) {
            fields.put(pair.key, plain(pair.value));
        }
        appendValueSeparator(line, true);
        line.append("\"fields\":").append(fields.encode());
    }

    private static Object plain(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
    }
}
