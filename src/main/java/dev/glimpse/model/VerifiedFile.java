package dev.glimpse.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file whose content was verified once and is looked at again whenever it is used anew, as somebody may have written
 * to it in place. A file that took its name is another one, and does not matter.
 *
 * @param channel stays open until nobody knows this any more
 * @param source names it in messages
 * @param sha256 of its content, in hexadecimal digits
 */
record VerifiedFile(FileChannel channel, String source, String sha256) {
    private static final int PIECE = 1 << 20;

    /**
     * Holds the file to what it was. Read and not mapped: memory of a file that has become shorter is a fault of the
     * whole process.
     *
     * @throws ModelFormatException if it has changed, or cannot be read any more
     */
    void requireUnchanged() {
        String now = now();
        if (!now.equals(sha256)) {
            throw new ModelFormatException(source + ": changed to checksum " + now + " (expected: " + sha256
                    + ", as when it was read; other weights are another version)");
        }
    }

    private String now() {
        MessageDigest digest = FileContent.digest();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long at = 0;
        try {
            for (int read = channel.read(piece, at); read >= 0; read = channel.read(piece, at)) {
                at += read;
                digest.update(piece.flip());
                piece.clear();
            }
        } catch (IOException e) {
            throw new ModelFormatException(source + ": cannot be read any more (" + e.getMessage() + ")", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
