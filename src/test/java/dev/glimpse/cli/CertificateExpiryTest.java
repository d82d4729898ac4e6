package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.Settings;
import dev.glimpse.testing.TestCertificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateExpiryTest {
    @TempDir
    Path directory;

    @Test
    void theFirstCertificateToExpireCounts() throws Exception {
        String certificate = TestCertificate.make(directory).certificate();
        Path file = Files.writeString(directory.resolve("certificate.pem"), certificate);
        CertificateExpiry expiry = expiry(Optional.of(file));
        X509Certificate parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));

        assertThat(expiry.getAsDouble()).isEqualTo(parsed.getNotAfter().getTime() / 1e3);
        // A chain whose authority lives longer is as old as its first certificate.
        Files.writeString(file, TestCertificate.make(directory).certificate() + certificate);
        assertThat(expiry.getAsDouble()).isEqualTo(parsed.getNotAfter().getTime() / 1e3);
    }

    @Test
    void aFileThatCannotBeReadLeavesWhatWasKnown() throws Exception {
        Path file = Files.writeString(
                directory.resolve("certificate.pem"),
                TestCertificate.make(directory).certificate());
        CertificateExpiry expiry = expiry(Optional.of(file));
        double known = expiry.getAsDouble();

        Files.delete(file);

        assertThat(known).isPositive();
        assertThat(expiry.getAsDouble()).isEqualTo(known);
    }

    @Test
    void aPortWithoutTlsHasNothingThatExpires() {
        assertThat(expiry(Optional.empty()).getAsDouble()).isNaN();
    }

    private static CertificateExpiry expiry(Optional<Path> file) {
        return new CertificateExpiry(new Settings.Tls(file, file, Optional.empty(), Duration.ofSeconds(1)));
    }
}
