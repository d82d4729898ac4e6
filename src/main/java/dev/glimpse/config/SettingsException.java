package dev.glimpse.config;

/** A setting that cannot be used; the message is one line, "key: value (expected: ...) in place". */
public final class SettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }

    static SettingsException of(Entry entry, String expected) {
        return new SettingsException(
                entry.key() + ": " + entry.shown() + " (expected: " + expected + ") in " + entry.place());
    }
}
