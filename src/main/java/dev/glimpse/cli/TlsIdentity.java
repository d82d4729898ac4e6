package dev.glimpse.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one side of a TLS connection shows of itself, and proves.
 *
 * @param options the same for Vert.x
 * @param chain its own certificate first
 */
record TlsIdentity(PemKeyCertOptions options, List<X509Certificate> chain) {
    TlsIdentity {
        chain = List.copyOf(chain);
    }

    /**
     * A PEM file.
     *
     * @param key setting or option that names it
     */
    record Named(String key, Path file) {}

    /**
     * Reads both files.
     *
     * @throws WrongInputException when one cannot be used, or the key is not that of the first certificate
     */
    static TlsIdentity read(Vertx vertx, Named certificate, Named privateKey) {
        Buffer pem = Certificates.pem(certificate.key(), certificate.file());
        List<X509Certificate> chain = Certificates.read(certificate.key(), certificate.file(), pem);
        Certificates.requireRsaOrEc(certificate.key(), certificate.file(), chain.get(0));
        Buffer key = Certificates.pem(privateKey.key(), privateKey.file());
        PemKeyCertOptions options = new PemKeyCertOptions().setCertValue(pem).setKeyValue(key);
        if (!Certificates.belongTogether(vertx, options, chain.get(0))) {
            throw new WrongInputException(
                    privateKey.key(),
                    privateKey.file(),
                    Certificates.isEncrypted(key)
                            ? "an unencrypted key"
                            : "the key of the first certificate in " + certificate.key());
        }
        return new TlsIdentity(options, chain);
    }
}
