package dev.glimpse.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The entries that won, read by type and range; a wrong one is refused by its name. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");
    private static final String SHARE = "more than 0, at most 1";

    private final Map<String, Entry> entries;

    Values(Map<String, Entry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /** A whole number in [min, max]. */
    int integer(String key, int min, int max) {
        Entry entry = entry(key);
        String expected = max == Integer.MAX_VALUE ? "a whole number, at least " + min : min + ".." + max;
        long value;
        try {
            value = Long.parseLong(single(entry, expected));
        } catch (NumberFormatException e) {
            throw SettingsException.of(entry, expected);
        }
        if (value < min || value > max) {
            throw SettingsException.of(entry, expected);
        }
        return (int) value;
    }

    /** A number in (0, 1]. */
    double share(String key) {
        Entry entry = entry(key);
        double value;
        try {
            value = Double.parseDouble(single(entry, SHARE));
        } catch (NumberFormatException e) {
            throw SettingsException.of(entry, SHARE);
        }
        if (!(value > 0 && value <= 1)) {
            throw SettingsException.of(entry, SHARE);
        }
        return value;
    }

    /** A time such as 500ms, 30s, 5m or 1h, in [min, max]. */
    Duration duration(String key, Duration min, Duration max) {
        Entry entry = entry(key);
        String expected = "a time of " + written(min) + ".." + written(max);
        Matcher matcher = DURATION.matcher(single(entry, expected));
        if (!matcher.matches()) {
            throw SettingsException.of(entry, expected);
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration value = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw SettingsException.of(entry, expected);
        }
        return value;
    }

    /** Any text, also the empty one. */
    String text(String key) {
        return single(entry(key), "one value");
    }

    /** A path; absent where the text is empty. */
    Optional<Path> path(String key) {
        String text = text(key);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw SettingsException.of(entry(key), "a path");
        }
    }

    /** A text with at least one character. */
    String name(String key, String expected) {
        Entry entry = entry(key);
        String value = single(entry, expected);
        if (value.isBlank()) {
            throw SettingsException.of(entry, expected);
        }
        return value;
    }

    /** One of a few words, in any case. */
    String choice(String key, List<String> choices) {
        Entry entry = entry(key);
        String expected = "one of " + String.join(", ", choices);
        String value = single(entry, expected).toLowerCase(Locale.ROOT);
        if (!choices.contains(value)) {
            throw SettingsException.of(entry, expected);
        }
        return value;
    }

    /** A list, every item of which matches the pattern. */
    List<String> list(String key, Pattern pattern, String expected) {
        Entry entry = entry(key);
        List<String> items = new ArrayList<>(entry.values());
        if (!entry.list()) {
            items = items.stream()
                    .flatMap(text -> Pattern.compile(",").splitAsStream(text))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
        for (String item : items) {
            if (!pattern.matcher(item).matches()) {
                throw SettingsException.of(entry, expected);
            }
        }
        return List.copyOf(items);
    }

    /** Where a key's value was written, for a rule that spans two keys. */
    Entry entry(String key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            throw new IllegalStateException(key + ": missing (expected: a default for every key)");
        }
        return entry;
    }

    private static String single(Entry entry, String expected) {
        if (entry.list()) {
            throw SettingsException.of(entry, expected);
        }
        return entry.values().get(0).strip();
    }

    private static String written(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
