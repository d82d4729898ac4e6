package dev.glimpse.config;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Origins;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the sections {@code access} and {@code tls}. */
final class AccessKeys {
    private AccessKeys() {}

    static Settings.Access access(Values values) {
        return new Settings.Access(
                values.path("access.keys-file"),
                Anonymity.valueOf(values.choice("access.anonymous", List.of("loopback", "always", "never"))
                        .toUpperCase(Locale.ROOT)),
                values.duration("access.reload-every", Duration.ofMillis(10), Duration.ofHours(24)),
                origins(values));
    }

    private static List<String> origins(Values values) {
        String key = "access.origins";
        String expected = "a list of origins such as https://example.org, without a path, or *";
        List<String> origins = values.list(key, Pattern.compile("\\*|https?://[^/\\s]+"), expected);
        try {
            Origins.of(origins);
        } catch (IllegalArgumentException e) {
            throw SettingsException.of(values.entry(key), expected);
        }
        return origins;
    }

    static Settings.Tls tls(Values values) {
        Optional<Path> certificate = values.path("tls.certificate");
        Optional<Path> privateKey = values.path("tls.private-key");
        Optional<Path> clientCa = values.path("tls.client-ca");
        if (certificate.isPresent() != privateKey.isPresent()) {
            String absent = certificate.isPresent() ? "tls.private-key" : "tls.certificate";
            throw SettingsException.of(
                    values.entry(absent), "a path, as tls.certificate and tls.private-key belong together");
        }
        if (clientCa.isPresent() && certificate.isEmpty()) {
            throw SettingsException.of(values.entry("tls.certificate"), "a path, as tls.client-ca is set");
        }
        return new Settings.Tls(
                certificate,
                privateKey,
                clientCa,
                values.duration("tls.reload-every", Duration.ofMillis(10), Duration.ofHours(24)));
    }
}
