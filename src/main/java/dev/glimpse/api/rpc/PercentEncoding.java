package dev.glimpse.api.rpc;

import java.nio.charset.StandardCharsets;

/**
 * How gRPC writes a status message into a header (gRPC over HTTP/2, Percent-Encoded): as UTF-8, of which all but the
 * printable characters of ASCII, and the percent sign, are written as hexadecimal digits.
 *
 * <p>Vert.x encodes colons and commas too, which some clients, grpc-js among them, do not turn back.
 */
final class PercentEncoding {
    private static final char FIRST = ' ';
    private static final char LAST = '~';

    private PercentEncoding() {}

    /** The text as it stands in a header. */
    static String of(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= FIRST && b <= LAST && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b));
            }
        }
        return encoded.toString();
    }
}
