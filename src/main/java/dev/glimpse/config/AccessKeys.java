package dev.glimpse.config;

import dev.glimpse.access.Anonymity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Reads the section {@code access}. */
final class AccessKeys {
    private AccessKeys() {}

    static Settings.Access access(Values values) {
        return new Settings.Access(
                values.path("access.keys-file"),
                Anonymity.valueOf(values.choice("access.anonymous", List.of("loopback", "always", "never"))
                        .toUpperCase(Locale.ROOT)),
                values.duration("access.reload-every", Duration.ofMillis(10), Duration.ofHours(24)));
    }
}
