package dev.glimpse.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import javax.net.ssl.X509KeyManager;

/** What PEM files hold: certificates, and the key of the first of them. */
final class Certificates {
    private static final byte[] SIGNED = "glimpse".getBytes(StandardCharsets.US_ASCII);

    private static final String PEM = "-----BEGIN ";

    /** In PKCS 8, or in the forms before it. */
    private static final Pattern ENCRYPTED =
            Pattern.compile("^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4, *ENCRYPTED)", Pattern.MULTILINE);

    private Certificates() {}

    /**
     * What a PEM file holds.
     *
     * @param key setting or option that names the file
     * @throws WrongInputException when it is none, or cannot be read
     */
    static Buffer pem(String key, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            // Comments may be in any encoding.
            if (new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM)) {
                return Buffer.buffer(bytes);
            }
        } catch (IOException e) {
            // Refused below, like a file of another kind.
        }
        throw new WrongInputException(key, file, "a readable PEM file");
    }

    /**
     * The certificates of a file.
     *
     * @param key setting or option that names the file
     * @return at least one
     * @throws WrongInputException when there is none, or one that cannot be read
     */
    static List<X509Certificate> read(String key, Path file, Buffer pem) {
        try {
            List<X509Certificate> read =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem.getBytes()))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!read.isEmpty()) {
                return read;
            }
        } catch (CertificateException e) {
            // Refused below, like a file without any.
        }
        throw new WrongInputException(key, file, "a PEM file of certificates");
    }

    /** When the first of them expires, in seconds of Unix time. */
    static double firstExpiry(List<X509Certificate> certificates) {
        return expiries(certificates).min().orElseThrow();
    }

    /** When the last of them expires, in seconds of Unix time. */
    static double lastExpiry(List<X509Certificate> certificates) {
        return expiries(certificates).max().orElseThrow();
    }

    private static DoubleStream expiries(List<X509Certificate> certificates) {
        return certificates.stream()
                .mapToDouble(certificate -> certificate.getNotAfter().getTime() / 1e3);
    }

    /**
     * Holds a certificate to the algorithms that keys are read of.
     *
     * @param key setting or option that names the file
     * @throws WrongInputException naming the one that it has
     */
    static void requireRsaOrEc(String key, Path file, X509Certificate certificate) {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        WrongInputException.require(
                algorithm.equals("RSA") || algorithm.equals("EC"),
                key,
                file,
                "a certificate with an RSA or EC key; its key is " + algorithm);
    }

    /** Whether a PEM file holds a key that asks for a password, which nobody could be asked for. */
    static boolean isEncrypted(Buffer pem) {
        return ENCRYPTED.matcher(pem.toString(StandardCharsets.ISO_8859_1)).find();
    }

    /** Whether the first certificate is that of the key: what one signs, the other has to confirm. */
    static boolean belongTogether(Vertx vertx, PemKeyCertOptions identity, X509Certificate first) {
        String algorithm = first.getPublicKey().getAlgorithm();
        try {
            X509KeyManager keys =
                    (X509KeyManager) identity.getKeyManagerFactory(vertx).getKeyManagers()[0];
            String[] aliases = keys.getServerAliases(algorithm, null);
            return aliases != null && confirms(first.getPublicKey(), keys.getPrivateKey(aliases[0]));
        } catch (Exception e) {
            // Vert.x declares no other: no key in PEM, or one of another algorithm than the certificate's.
            return false;
        }
    }

    private static boolean confirms(PublicKey certified, PrivateKey key) throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
        signature.initSign(key);
        signature.update(SIGNED);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(SIGNED);
        return signature.verify(signed);
    }
}
