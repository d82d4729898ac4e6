package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * When the certificates of the public port expire, read from their files whenever somebody asks: the chain that the
 * server shows, and the authorities that it knows clients by. Thread-safe.
 */
final class CertificateExpiry implements DoubleSupplier {
    private final Optional<Path> certificate;
    private final Optional<Path> clientCa;
    private volatile double last = Double.NaN;

    CertificateExpiry(Settings.Tls settings) {
        certificate = settings.certificate();
        clientCa = settings.clientCa();
    }

    /** The first time at which one of them expires, in seconds of Unix time; NaN without TLS. */
    @Override
    public double getAsDouble() {
        try {
            double first = Double.NaN;
            for (Path file :
                    Stream.concat(certificate.stream(), clientCa.stream()).toList()) {
                first = earlier(first, file);
            }
            last = first;
        } catch (IOException | CertificateException e) {
            // The server, too, goes on with what it read before.
        }
        return last;
    }

    private static double earlier(double first, Path file) throws IOException, CertificateException {
        double earliest = first;
        try (InputStream in = Files.newInputStream(file)) {
            for (var read : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                double expiry = ((X509Certificate) read).getNotAfter().getTime() / 1e3;
                earliest = Double.isNaN(earliest) ? expiry : Math.min(earliest, expiry);
            }
        }
        return earliest;
    }
}
