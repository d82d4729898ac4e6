package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public port's TLS: certificates from files, HTTP/2 or HTTP/1.1 by ALPN, and clients' certificates on demand.
 * Thread-safe.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final Vertx vertx;
    private final Settings.Tls settings;
    private volatile FileWatch.Held inForce = new FileWatch.Held(List.of(), List.of());
    private volatile Expiries expiries = new Expiries(Double.NaN, Double.NaN);

    ServerTls(Vertx vertx, Settings.Tls settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /**
     * When what is in use expires, in seconds of Unix time; NaN for what there is none of.
     *
     * @param chain the first certificate of the chain that the server shows
     * @param authorities the last of the authorities that it knows clients by: one that is replaced stays among them
     *     until the last client has a certificate of the new one
     */
    private record Expiries(double chain, double authorities) {}

    /**
     * Sets what the settings say; nothing for a plain port.
     *
     * @throws WrongInputException when a file cannot be used
     */
    void configure(HttpServerOptions options) {
        if (settings.certificate().isPresent()) {
            inForce = FileWatch.Held.now(files());
            expiries = set(options);
        }
    }

    private List<Path> files() {
        return Stream.of(settings.certificate(), settings.privateKey(), settings.clientCa())
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Shows new connections what the files hold now, whenever they change after they were set; a pair that does not fit
     * changes nothing.
     */
    void follow(HttpServer server) {
        if (settings.certificate().isPresent()) {
            FileWatch.start(vertx, settings.reloadEvery(), inForce, () -> renew(server));
        }
    }

    private void renew(HttpServer server) {
        HttpServerOptions options = new HttpServerOptions();
        Expiries renewed = set(options);
        server.updateSSLOptions(options.getSslOptions())
                .onSuccess(updated -> expiries = renewed)
                .onFailure(cause -> LOG.warn("{}; the certificate before stays in use", cause.getMessage()));
    }

    /**
     * When the first certificate of the chain in use expires, in seconds of Unix time; NaN without TLS. What a file
     * holds that was refused does not count.
     */
    double expiry() {
        return expiries.chain();
    }

    /** When the last of the authorities expires that clients are known by; NaN if they need not be. */
    double clientCaExpiry() {
        return expiries.authorities();
    }

    /** Sets what the files hold now, and tells when it expires. */
    private Expiries set(HttpServerOptions options) {
        TlsIdentity identity = TlsIdentity.read(
                vertx,
                new TlsIdentity.Named("tls.certificate", settings.certificate().orElseThrow()),
                new TlsIdentity.Named("tls.private-key", settings.privateKey().orElseThrow()));
        double chain = Certificates.firstExpiry(identity.chain());
        options.setSsl(true).setUseAlpn(true).setKeyCertOptions(identity.options());
        if (settings.clientCa().isEmpty()) {
            return new Expiries(chain, Double.NaN);
        }
        Path file = settings.clientCa().get();
        Buffer known = Certificates.pem("tls.client-ca", file);
        List<X509Certificate> authorities = Certificates.read("tls.client-ca", file, known);
        options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(new PemTrustOptions().addCertValue(known));
        return new Expiries(chain, Certificates.lastExpiry(authorities));
    }
}
