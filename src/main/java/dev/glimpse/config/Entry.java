package dev.glimpse.config;

import java.util.List;

/**
 * One key as somebody wrote it.
 *
 * @param key dotted path, such as {@code server.port}
 * @param values what was written: one text, or the items of a list
 * @param list whether it was written as a list
 * @param place where it was written, such as {@code /path/file.yaml, line 3} or {@code GLIMPSE_SERVER_PORT}
 */
record Entry(String key, List<String> values, boolean list, String place) {
    Entry {
        values = List.copyOf(values);
    }

    static Entry text(String key, String value, String place) {
        return new Entry(key, List.of(value), false, place);
    }

    /** The value for a message. */
    String shown() {
        if (list) {
            return values.toString();
        }
        return values.get(0).isEmpty() ? "''" : values.get(0);
    }
}
