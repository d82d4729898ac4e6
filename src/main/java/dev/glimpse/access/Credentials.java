package dev.glimpse.access;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to tell who sends it.
 *
 * @param authorization the {@code authorization} header, or what stands for it in a browser; null: neither
 * @param loopback whether it comes from this machine, through no proxy that says so, and calls the server by a name
 *     that means this machine to nobody else
 */
record Credentials(@Nullable String authorization, boolean loopback) {
    /** A browser cannot set headers of a WebSocket, so its key is one of the subprotocols that it offers. */
    private static final String SUBPROTOCOL = "bearer.";

    /** What a proxy writes of itself or of the client that it speaks for. */
    private static final Pattern FORWARDED =
            Pattern.compile("forwarded|via|x-real-ip|x-forwarded-.*|x-envoy-.*", Pattern.CASE_INSENSITIVE);

    /**
     * What a host may be called without a look at the connection: nothing, localhost, and addresses that lead nowhere
     * but to the machine of whoever calls them. A name of digits alone is an address to everybody, or an error. Any
     * other name is given out by somebody, who may let it mean this machine for a page of his own that is open in a
     * browser here.
     */
    private static final Pattern LOCAL =
            Pattern.compile("(|localhost|127\\.[0-9.]*[0-9]|0\\.0\\.0\\.0)(:[0-9]*)?", Pattern.CASE_INSENSITIVE);

    private static final Pattern ADDRESS =
            Pattern.compile("([0-9.]+|\\[[0-9a-f:.]+])(:[0-9]*)?", Pattern.CASE_INSENSITIVE);

    /** @param local the address of this machine that the connection was made to */
    static Credentials of(MultiMap headers, SocketAddress remote, SocketAddress local) {
        // A proxy on this machine speaks for clients elsewhere.
        return new Credentials(
                authorization(headers),
                loopback(remote) && !forwarded(headers) && meansHere(headers.get("host"), local));
    }

    private static boolean forwarded(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            if (FORWARDED.matcher(header.getKey()).matches()) {
                return true;
            }
        }
        return false;
    }

    private static boolean meansHere(@Nullable String host, SocketAddress local) {
        if (host == null || LOCAL.matcher(host).matches()) {
            return true;
        }
        Matcher address = ADDRESS.matcher(host);
        if (!address.matches()) {
            return false;
        }
        String name = address.group(1);
        if (!name.startsWith("[")) {
            return name.equals(local.hostAddress());
        }
        InetAddress named = read(name);
        return named != null
                && (named.isLoopbackAddress() || named.isAnyLocalAddress() || named.equals(read(local.hostAddress())));
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
        InetAddress address = read(remote.hostAddress());
        return address != null && address.isLoopbackAddress();
    }

    /** An address in digits, or in brackets, which is never looked up. */
    private static @Nullable InetAddress read(@Nullable String address) {
        try {
            return address == null ? null : InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
