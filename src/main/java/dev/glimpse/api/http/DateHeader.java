package dev.glimpse.api.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header Date of answers (RFC 9110, section 6.6.1), by which caches know how old they are. Its text is kept for the
 * second that it tells. Safe to use from any number of event loops.
 */
final class DateHeader {
    /** Of RFC 9110, section 5.6.7; the JDK's own for RFC 1123 leaves out the first digit of a day. */
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile @Nullable Told told;

    DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    private record Told(long second, String text) {}

    /** What it says now. */
    String value() {
        Instant now = clock.instant();
        @Nullable Told last = told;
        if (last != null && last.second() == now.getEpochSecond()) {
            return last.text();
        }
        String text = FORMAT.format(now);
        told = new Told(now.getEpochSecond(), text);
        return text;
    }
}
