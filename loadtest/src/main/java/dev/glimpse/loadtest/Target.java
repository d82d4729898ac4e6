package dev.glimpse.loadtest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server under test.
 *
 * @param name what reports call it
 */
public record Target(String name, String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:([\\w.-]+)=)?(?:http://)?(?:\\[([^\\]]+)\\]|([^:/\\[\\]=]+)):([0-9]{1,5})/?");
    private static final int MAX_PORT = 65_535;

    /** Reads {@code HOST:PORT} or {@code NAME=HOST:PORT}. */
    public static Target parse(String text) {
        return parse("--target", text);
    }

    /** @param option what to name when it cannot be read */
    static Target parse(String option, String text) {
        Matcher matcher = FORM.matcher(text);
        boolean known = matcher.matches() && Integer.parseInt(matcher.group(4)) <= MAX_PORT;
        Arrival.require(known, option, text, "HOST:PORT or NAME=HOST:PORT");
        String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
        int port = Integer.parseInt(matcher.group(4));
        return new Target(matcher.group(1) == null ? host + ":" + port : matcher.group(1), host, port);
    }

    /** The address for the given scheme. */
    public String url(String scheme) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
