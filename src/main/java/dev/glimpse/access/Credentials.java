package dev.glimpse.access;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to tell who sends it.
 *
 * @param authorization the {@code authorization} header, or what stands for it in a browser; null: neither
 * @param loopback whether it comes from this machine, through no proxy that says so, and calls the server by no name
 *     that anybody else gave out
 */
record Credentials(@Nullable String authorization, boolean loopback) {
    /** A browser cannot set headers of a WebSocket, so its key is one of the subprotocols that it offers. */
    private static final String SUBPROTOCOL = "bearer.";

    private static final List<String> FORWARDED = List.of("forwarded", "x-forwarded-for", "x-real-ip");

    /**
     * What this machine may be called by: localhost or an address, with or without a port. Any other name is given out
     * by somebody, who may let it mean this machine for a page of his own that is open in a browser here.
     */
    private static final Pattern LOCAL =
            Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-f:.]+])?(:[0-9]*)?", Pattern.CASE_INSENSITIVE);

    static Credentials of(MultiMap headers, SocketAddress remote) {
        // A proxy on this machine speaks for clients elsewhere.
        boolean forwarded = FORWARDED.stream().anyMatch(headers::contains);
        String host = headers.get("host");
        boolean local = host == null || LOCAL.matcher(host).matches();
        return new Credentials(authorization(headers), !forwarded && local && loopback(remote));
    }

    private static @Nullable String authorization(MultiMap headers) {
        String header = headers.get("authorization");
        if (header != null) {
            return header;
        }
        return headers.getAll("sec-websocket-protocol").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
                .map(protocol -> "Bearer " + protocol.substring(SUBPROTOCOL.length()))
                .findFirst()
                .orElse(null);
    }

    private static boolean loopback(SocketAddress remote) {
        String address = remote.hostAddress();
        try {
            // An address in digits is read, never looked up.
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
