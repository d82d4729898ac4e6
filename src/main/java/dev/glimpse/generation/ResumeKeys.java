package dev.glimpse.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that resume tokens are signed with: the first one signs, and every one is believed. They may be exchanged at
 * any time, from any thread. Servers that share keys do not take in a change at the same moment, so a new key is put
 * last until all believe it, then first, and the old one is taken out once its tokens have expired.
 */
public final class ResumeKeys {
    private static final int MIN_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final String EXPECTED = "lines of Base64, each a key of at least " + MIN_BYTES + " bytes";

    private volatile List<Key> keys;

    private ResumeKeys(List<byte[]> secrets) {
        keys = secrets.stream().map(Key::of).toList();
    }

    /** One key that no other process has. */
    public static ResumeKeys ofThisProcess() {
        byte[] secret = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(secret);
        return new ResumeKeys(List.of(secret));
    }

    /**
     * The keys in a file: one a line in Base64, the signing one first; lines that are empty or begin with # are passed
     * over.
     *
     * @throws IllegalArgumentException "file (expected: ...)", which never quotes a key
     */
    public static ResumeKeys read(Path file) {
        List<byte[]> secrets = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    secrets.add(secret(line.strip(), file));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " (expected: a file with " + EXPECTED + ")", e);
        }
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("none in " + file + " (expected: " + EXPECTED + ")");
        }
        return new ResumeKeys(secrets);
    }

    private static byte[] secret(String line, Path file) {
        try {
            byte[] secret = Base64.getDecoder().decode(line);
            if (secret.length >= MIN_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException e) {
            // What follows says all there is to say of it, without the line, which may be a key.
        }
        throw new IllegalArgumentException("a line in " + file + " (expected: " + EXPECTED + ")");
    }

    /** From here on these are the other ones; tokens that were given out stay as they are. */
    public void replaceBy(ResumeKeys others) {
        keys = others.keys;
    }

    Key signing() {
        return keys.get(0);
    }

    /** All keys, the signing one first. */
    List<Key> all() {
        return keys;
    }

    /**
     * One key.
     *
     * @param id tells which one it is, and nothing of the key
     */
    record Key(int id, SecretKeySpec secret) {
        static Key of(byte[] secret) {
            byte[] digest = sha256(secret);
            int id = digest[0] << 24 | (digest[1] & 0xFF) << 16 | (digest[2] & 0xFF) << 8 | digest[3] & 0xFF;
            return new Key(id, new SecretKeySpec(secret, ALGORITHM));
        }

        /** The signature of these bytes. */
        byte[] sign(byte[] bytes, int length) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(secret);
                mac.update(bytes, 0, length);
                return mac.doFinal();
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException("HMAC-SHA256 is missing from this Java", e);
            }
        }

        @Override
        public String toString() {
            return "key " + Integer.toHexString(id);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java", e);
        }
    }
}
