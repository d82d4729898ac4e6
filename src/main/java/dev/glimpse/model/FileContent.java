package dev.glimpse.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bytes of a file, piece by piece: no buffer holds 2 GiB or more. */
sealed interface FileContent {
    /** How many bytes there are. */
    long size();

    /**
     * Some of the bytes, within the file.
     *
     * @param length at most {@link Integer#MAX_VALUE}
     */
    ByteBuffer at(long from, int length) throws IOException;

    /** The content of a file, mapped into memory; the mapping outlives the channel. */
    static FileContent of(FileChannel channel) throws IOException {
        long size = channel.size();
        return size > Integer.MAX_VALUE
                ? new Mapped(channel, size)
                : new Whole(channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
    }

    /**
     * Content in one piece.
     *
     * @param bytes from position to limit
     */
    record Whole(ByteBuffer bytes) implements FileContent {
        @Override
        public long size() {
            return bytes.remaining();
        }

        @Override
        public ByteBuffer at(long from, int length) {
            return bytes.slice(bytes.position() + Math.toIntExact(from), length);
        }
    }

    /** A file that no single buffer holds: each piece is mapped when it is asked for, while the channel is open. */
    record Mapped(FileChannel channel, long size) implements FileContent {
        @Override
        public ByteBuffer at(long from, int length) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, from, length);
        }
    }

    /** SHA-256 of all bytes, in hexadecimal digits. */
    default String sha256() throws IOException {
        return sha256(Integer.MAX_VALUE);
    }

    /**
     * The same.
     *
     * @param most bytes that are looked at together, at least 1
     */
    default String sha256(int most) throws IOException {
        MessageDigest digest = digest();
        for (long from = 0; from < size(); from += most) {
            digest.update(at(from, (int) Math.min(most, size() - from)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A SHA-256 of nothing yet. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
