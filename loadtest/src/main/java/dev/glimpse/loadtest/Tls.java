package dev.glimpse.loadtest;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How to believe servers that speak TLS: the certificates that theirs have to come from. */
public final class Tls {
    private final TrustManagerFactory trust;

    private Tls(@Nullable KeyStore authorities) throws GeneralSecurityException {
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
    }

    /**
     * Those of a file, in place of those that Java trusts.
     *
     * @param option that names the file
     * @param file in PEM; empty for those that Java trusts
     */
    static Tls of(String option, Optional<Path> file) {
        try {
            return new Tls(file.isEmpty() ? null : store(read(option, file.get())));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Java takes no certificates", e);
        }
    }

    private static Collection<? extends Certificate> read(String option, Path file) throws CertificateException {
        Collection<? extends Certificate> read = List.of();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try (InputStream in = Files.newInputStream(file)) {
            read = factory.generateCertificates(in);
        } catch (CertificateException | IOException e) {
            // Refused below, like a file without any.
        }
        Arrival.require(!read.isEmpty(), option, file, "a readable PEM file of certificates");
        return read;
    }

    private static KeyStore store(Collection<? extends Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (Certificate authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        return store;
    }

    /** For Java's own clients. */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java speaks no TLS", e);
        }
    }

    /** For gRPC's. */
    SslContext grpc() {
        try {
            return GrpcSslContexts.forClient().trustManager(trust).build();
        } catch (SSLException e) {
            throw new IllegalStateException("gRPC speaks no TLS", e);
        }
    }
}
