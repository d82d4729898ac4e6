package dev.glimpse.cli;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which server a client asks, over what kind of connection, and with which key. */
final class RemoteServer {
    private static final Pattern TARGET = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):([0-9]{1,5})");
    /** What a header can carry; a file of another kind is not sent to anybody. */
    private static final Pattern KEY = Pattern.compile("[!-~]{1,256}");

    private static final int MAX_PORT = 65_535;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Three pings that nobody answered: the network lost the connection, and told neither end. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    private static final Duration FAREWELL = Duration.ofSeconds(10);

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8080",
            description = "Where the server listens; default: ${DEFAULT-VALUE}.")
    private String target = "";

    @Option(names = "--key-file", paramLabel = "FILE", description = "File whose first line is this client's key.")
    private @Nullable Path keyFile;

    @Option(names = "--tls", description = "Speak TLS.")
    private boolean tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "PEM file of the authorities that may have issued the server's certificate, in place of those that"
                            + " Java trusts; implies --tls.")
    private @Nullable Path authorities;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description =
                    "PEM file of the certificate that this client shows to a server with tls.client-ca, before those"
                            + " of its authorities; implies --tls.")
    private @Nullable Path certificate;

    @Option(
            names = "--private-key",
            paramLabel = "FILE",
            description = "PEM file of the key of --certificate, unencrypted.")
    private @Nullable Path privateKey;

    /**
     * What a call needs to know of it.
     *
     * @param address where it listens
     * @param transport how to connect
     * @param key the secret that says who asks
     */
    record Access(SocketAddress address, HttpClientOptions transport, Optional<String> key) {}

    /** Reads the options; wrong ones are named. */
    Access access() {
        return new Access(address(), transport(), key());
    }

    /**
     * How to connect without TLS.
     *
     * @param longestSilence a connection over which nothing came for so long is lost
     */
    static HttpClientOptions plain(Duration longestSilence) {
        return new HttpClientOptions()
                // As gRPC clients do; one that is lost while it is being upgraded would never be heard of.
                .setHttp2ClearTextUpgrade(false)
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setReadIdleTimeout((int) longestSilence.toMillis());
    }

    private SocketAddress address() {
        Matcher matcher = TARGET.matcher(target);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
            throw new WrongInputException("--target", target, "HOST:PORT");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return SocketAddress.inetSocketAddress(Integer.parseInt(matcher.group(3)), host);
    }

    private HttpClientOptions transport() {
        HttpClientOptions options = plain(LONGEST_SILENCE);
        if (authorities != null) {
            Buffer pem = Certificates.pem("--ca", authorities);
            Certificates.read("--ca", authorities, pem);
            options.setTrustOptions(new PemTrustOptions().addCertValue(pem));
        }
        Optional<TlsIdentity> identity = identity();
        identity.ifPresent(own -> options.setKeyCertOptions(own.options()));
        boolean encrypted = tls || authorities != null || identity.isPresent();
        return options.setSsl(encrypted).setUseAlpn(encrypted);
    }

    /** Who this client is, to a server that wants to know. */
    private Optional<TlsIdentity> identity() {
        if (certificate == null && privateKey == null) {
            return Optional.empty();
        }
        if (certificate == null || privateKey == null) {
            throw new WrongInputException(
                    certificate == null ? "--certificate" : "--private-key",
                    "absent",
                    "a file, as --certificate and --private-key belong together");
        }
        // For this look alone: each call has one of its own.
        Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(ServerOptions.noCopies()));
        try {
            return Optional.of(TlsIdentity.read(
                    vertx,
                    new TlsIdentity.Named("--certificate", certificate),
                    new TlsIdentity.Named("--private-key", privateKey)));
        } finally {
            Waiting.quietly(vertx.close(), FAREWELL, "the event loops");
        }
    }

    /** From a file, as every user of a machine can read what stands on its command lines. */
    private Optional<String> key() {
        if (keyFile == null) {
            return Optional.empty();
        }
        InputPlace.file("--key-file", keyFile, "a readable file");
        try (BufferedReader lines = Files.newBufferedReader(keyFile)) {
            String first = Objects.requireNonNullElse(lines.readLine(), "").strip();
            if (KEY.matcher(first).matches()) {
                return Optional.of(first);
            }
        } catch (IOException e) {
            // Refused below, as what is no text is no key.
        }
        throw new WrongInputException("--key-file", keyFile, "a key in its first line");
    }
}
