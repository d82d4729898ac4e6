package dev.glimpse.access;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The web pages that may talk to this server from a browser.
 *
 * <p>Browsers open WebSockets across sites without asking, so the server itself has to look at the Origin header that
 * they send (RFC 6454, section 7; RFC 6455, section 10.2). A page served under the very host and port that it calls is
 * always allowed. A request without Origin comes from no browser and is not what this check protects from.
 */
public final class Origins {
    private static final String ANY = "*";

    private final boolean any;
    private final Set<Origin> configured;

    private Origins(boolean any, Set<Origin> configured) {
        this.any = any;
        this.configured = configured;
    }

    /**
     * Same-origin pages and these.
     *
     * @param origins each "scheme://host" or "scheme://host:port", or "*" for every page
     * @throws IllegalArgumentException if one is neither
     */
    public static Origins of(List<String> origins) {
        Set<Origin> configured = origins.stream()
                .filter(origin -> !origin.equals(ANY))
                .map(origin -> Origin.parse(origin)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "origins: " + origin + " (expected: scheme://host, scheme://host:port or *)")))
                .collect(Collectors.toUnmodifiableSet());
        return new Origins(origins.contains(ANY), configured);
    }

    /** Whether any page may, even one that does not say which it is. */
    public boolean allowsEvery() {
        return any;
    }

    /**
     * Whether a request with these headers may be served.
     *
     * @param origin value of the Origin header; null: there is none
     * @param host value of the Host header; null: there is none
     */
    public boolean allows(@Nullable String origin, @Nullable String host) {
        if (origin == null || any) {
            return true;
        }
        Optional<Origin> asking = Origin.parse(origin);
        return asking.isPresent()
                && (configured.contains(asking.get())
                        || (host != null
                                && asking.equals(Origin.parse(asking.get().scheme() + "://" + host))));
    }

    /** A parsed origin: lower case, with the port that its scheme implies. */
    private record Origin(String scheme, String host, int port) {
        private static final int MAX_PORT = 65_535;

        /** Names with underscores, as containers have them, are no hosts to {@link URI}, but to browsers they are. */
        private static final Pattern LOCAL_NAME = Pattern.compile("([a-z0-9._-]+)(?::([0-9]{1,5}))?");

        static Optional<Origin> parse(String text) {
            return split(text).filter(origin -> origin.port() <= MAX_PORT);
        }

        private static Optional<Origin> split(String text) {
            URI uri;
            try {
                uri = new URI(text.toLowerCase(Locale.ROOT));
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
            if (uri.getScheme() == null || uri.getRawAuthority() == null || saysMoreThanAnOrigin(uri)) {
                return Optional.empty();
            }
            if (uri.getHost() != null) {
                return Optional.of(new Origin(uri.getScheme(), uri.getHost(), portOf(uri.getScheme(), uri.getPort())));
            }
            Matcher name = LOCAL_NAME.matcher(uri.getRawAuthority());
            if (!name.matches()) {
                return Optional.empty();
            }
            int port = name.group(2) == null ? -1 : Integer.parseInt(name.group(2));
            return Optional.of(new Origin(uri.getScheme(), name.group(1), portOf(uri.getScheme(), port)));
        }

        private static boolean saysMoreThanAnOrigin(URI uri) {
            return uri.getUserInfo() != null
                    || uri.getQuery() != null
                    || uri.getFragment() != null
                    || !uri.getPath().isEmpty();
        }

        private static int portOf(String scheme, int said) {
            if (said != -1) {
                return said;
            }
            return switch (scheme) {
                case "http" -> 80;
                case "https" -> 443;
                default -> -1;
            };
        }
    }
}
