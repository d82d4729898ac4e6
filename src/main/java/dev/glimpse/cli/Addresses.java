package dev.glimpse.cli;

import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
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
