package dev.glimpse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What there is to say about the addresses that a server listens on. */
final class Addresses {
    private Addresses() {}

    /** How a client on this machine writes the host; the wildcard addresses are no address to go to. */
    static String reachable(String host) {
        boolean here = host.equals("0.0.0.0") || host.equals("::") || host.equals("127.0.0.1") || host.equals("::1");
        if (here) {
            return "localhost";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /**
     * Refuses a host that is not of this machine, and a port that another program listens on.
     *
     * @param hostKey the host's setting, as in {@link #explain}
     */
    static void requireFree(String hostKey, String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        // A port of IPv4 may be had although another program listens on the same one of IPv6.
        try (SocketChannel probe = address.getAddress() instanceof Inet4Address
                ? SocketChannel.open(StandardProtocolFamily.INET)
                : SocketChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            // It never listens, so that no client meets a port that closes again.
            probe.bind(address);
        } catch (IOException e) {
            throw explain(new UncheckedIOException(e), hostKey, host, port);
        } catch (UnresolvedAddressException e) {
            throw explain(e, hostKey, host, port);
        }
    }

    /**
     * Why listening failed, as a sentence about the settings.
     *
     * @param hostKey the host's setting, such as {@code server.host}; the port's is named alike
     */
    static RuntimeException explain(RuntimeException failure, String hostKey, String host, int port) {
        String portKey = hostKey.replace("host", "port");
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("address already in use")) {
                return new WrongInputException(
                        portKey, port, "a free port; another program listens on " + host + ":" + port);
            }
            if (message.contains("permission denied")) {
                return new WrongInputException(portKey, port, "a port this user may open, 1024..65535 as a rule");
            }
            if (cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException
                    || message.contains("cannot assign requested address")) {
                return new WrongInputException(hostKey, host, "an address of this machine");
            }
            if (cause instanceof BindException || cause instanceof SocketException) {
                return new WrongInputException(hostKey, host + ":" + port, "an address to listen on; " + message);
            }
        }
        return failure;
    }
}
