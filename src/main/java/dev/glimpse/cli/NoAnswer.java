package dev.glimpse.cli;

import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.http.HttpClientOptions;

/** Why a server does not answer a client, in a line for the person who waits. */
final class NoAnswer {
    private NoAnswer() {}

    /**
     * The cause, and what it may come of where both sides expect different things of TLS.
     *
     * @param transport how it was called
     * @param reached whether it took the connection
     */
    static String why(Throwable e, HttpClientOptions transport, boolean reached) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof NotSslRecordException) {
                return "it speaks no TLS (expected: TLS, as --tls, --ca or --certificate is given)";
            }
        }
        boolean closed = !reached && cause(e).contains("closed");
        return cause(e) + (closed ? " (" + hint(transport) + ")" : "");
    }

    /** A server that closes the connection at once says no more. */
    private static String hint(HttpClientOptions transport) {
        if (!transport.isSsl()) {
            return "a server that speaks TLS needs --tls, or --ca";
        }
        return transport.getKeyCertOptions() == null
                ? "a server that knows its clients by certificates needs --certificate and --private-key"
                : "it may not know who issued --certificate";
    }

    /** The cause in one line, with the one at its root where that says more, as with certificates. */
    static String cause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String told = line(e);
        String more = line(root);
        return told.contains(more) ? told : told + ": " + more;
    }

    /** What Netty says of names that it cannot resolve has several lines. */
    private static String line(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }
}
