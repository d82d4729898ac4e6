package dev.glimpse.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A secret that a caller shows, of which the server keeps the hash alone.
 *
 * <p>Keys are 32 random bytes, so a plain SHA-256 is as good as a slow password hash: there is no list to try.
 *
 * @param name what the log calls it
 * @param sha256 hash of the secret's text, 64 hexadecimal digits
 * @param caller whom it stands for
 */
public record ApiKey(String name, String sha256, Caller caller) {
    private static final int SECRET_BYTES = 32;
    private static final String PREFIX = "glimpse_";

    public ApiKey {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256: " + sha256 + " (expected: 64 hexadecimal digits)");
        }
    }

    /** A new secret, to be shown once and never kept. */
    public static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The hash of a secret, as {@link #sha256} holds it. */
    public static String hash(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Whether a secret with this hash is this key; takes the same time for every wrong one. */
    boolean hasHash(String hash) {
        return MessageDigest.isEqual(
                sha256.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }
}
