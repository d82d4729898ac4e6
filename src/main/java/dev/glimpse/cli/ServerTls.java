package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public port's TLS: certificates from files, HTTP/2 or HTTP/1.1 by ALPN, and clients' certificates on demand. */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final String PEM = "-----BEGIN ";

    private ServerTls() {}

    /**
     * Sets what the settings say; nothing for a plain port.
     *
     * @throws WrongInputException when a file cannot be used
     */
    static void configure(HttpServerOptions options, Settings.Tls settings) {
        if (settings.certificate().isEmpty()) {
            return;
        }
        options.setSsl(true).setUseAlpn(true).setKeyCertOptions(identity(settings));
        settings.clientCa()
                .ifPresent(ca -> options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(authorities(ca)));
    }

    /**
     * Shows new connections what the files hold now, whenever they change; a pair that does not fit changes nothing.
     */
    static void follow(Vertx vertx, HttpServer server, Settings.Tls settings) {
        if (settings.certificate().isEmpty()) {
            return;
        }
        List<Path> files = Stream.of(settings.certificate(), settings.privateKey(), settings.clientCa())
                .flatMap(Optional::stream)
                .toList();
        FileWatch.start(vertx, settings.reloadEvery(), files, () -> {
            HttpServerOptions options = new HttpServerOptions();
            configure(options, settings);
            ServerSSLOptions tls = options.getSslOptions();
            server.updateSSLOptions(tls)
                    .onFailure(cause -> LOG.warn("{}; the certificate before stays in use", cause.getMessage()));
        });
    }

    private static PemKeyCertOptions identity(Settings.Tls settings) {
        return new PemKeyCertOptions()
                .setCertValue(pem("tls.certificate", settings.certificate().orElseThrow()))
                .setKeyValue(pem("tls.private-key", settings.privateKey().orElseThrow()));
    }

    private static PemTrustOptions authorities(Path file) {
        return new PemTrustOptions().addCertValue(pem("tls.client-ca", file));
    }

    private static Buffer pem(String key, Path file) {
        try {
            String text = Files.readString(file);
            if (text.contains(PEM)) {
                return Buffer.buffer(text);
            }
        } catch (IOException e) {
            // Refused below, like a file of another kind.
        }
        throw new WrongInputException(key, file, "a readable PEM file");
    }
}
