package dev.glimpse.access;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to tell who sends it.
 *
 * @param authorization the {@code authorization} header, or what stands for it in a browser; null: neither
 * @param loopback whether it comes from this machine, through no proxy that says so
 */
record Credentials(@Nullable String authorization, boolean loopback) {
    /** A browser cannot set headers of a WebSocket, so its key is one of the subprotocols that it offers. */
    private static final String SUBPROTOCOL = "bearer.";

    private static final List<String> FORWARDED = List.of("forwarded", "x-forwarded-for", "x-real-ip");

    static Credentials of(MultiMap headers, SocketAddress remote) {
        // A proxy on this machine speaks for clients elsewhere.
        boolean forwarded = FORWARDED.stream().anyMatch(headers::contains);
        return new Credentials(authorization(headers), !forwarded && loopback(remote));
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
