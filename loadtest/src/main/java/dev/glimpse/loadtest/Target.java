package dev.glimpse.loadtest;

import java.net.http.HttpClient;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server under test.
 *
 * @param name what reports call it
 * @param tls how to believe it; empty for a server that speaks in the clear
 */
public record Target(String name, String host, int port, Optional<Tls> tls) {
    private static final Pattern FORM =
            Pattern.compile("(?:([\\w.-]+)=)?(?:(https?)://)?(?:\\[([^\\]]+)\\]|([^:/\\[\\]=]+))(?::([0-9]{1,5}))?/?");
    private static final int MAX_PORT = 65_535;
    private static final String PORT = "80";
    private static final String TLS_PORT = "443";

    /** A server that speaks in the clear. */
    Target(String name, String host, int port) {
        this(name, host, port, Optional.empty());
    }

    /**
     * Reads {@code HOST:PORT}, {@code http://HOST} or {@code https://HOST}, with a port or the scheme's own; a name may
     * stand before each, as in {@code NAME=HOST:PORT}.
     *
     * @param option what to name when it cannot be read
     * @param tls how to believe it if it speaks TLS
     */
    static Target parse(String option, String text, Tls tls) {
        Matcher matcher = FORM.matcher(text);
        // Without a scheme there is no port that goes without saying.
        boolean known = matcher.matches() && (matcher.group(5) != null || matcher.group(2) != null);
        boolean encrypted = known && "https".equals(matcher.group(2));
        String port = known && matcher.group(5) != null ? matcher.group(5) : encrypted ? TLS_PORT : PORT;
        known &= Integer.parseInt(port) <= MAX_PORT;
        Arrival.require(known, option, text, "HOST:PORT, https://HOST, or either behind NAME=");
        String host = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
        String name = matcher.group(1) == null ? host + ":" + port : matcher.group(1);
        return new Target(name, host, Integer.parseInt(port), encrypted ? Optional.of(tls) : Optional.empty());
    }

    /**
     * The address for a scheme.
     *
     * @param scheme without the letter that stands for TLS, such as http
     */
    public String url(String scheme) {
        String encrypted = scheme + (tls.isPresent() ? "s" : "");
        return encrypted + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What makes clients that believe it. */
    HttpClient.Builder http() {
        HttpClient.Builder builder = HttpClient.newBuilder();
        tls.map(Tls::context).ifPresent(builder::sslContext);
        return builder;
    }
}
