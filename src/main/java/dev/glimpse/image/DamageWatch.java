package dev.glimpse.image;

import java.io.IOException;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import org.jspecify.annotations.Nullable;

/**
 * The first of a reader's warnings that tells of pixels which are missing or wrong.
 *
 * <p>Java's JPEG reader makes a whole picture of a damaged file and says so in warnings alone, its own or libjpeg's.
 * The others do no harm: of colour profiles, thumbnails and versions it does not know, and of bytes beyond what a scan
 * needs, which some cameras and editors leave behind.
 */
final class DamageWatch implements IIOReadWarningListener {
    private static final List<String> DAMAGE = List.of(
            "Truncated File",
            "Premature end of JPEG file",
            "Corrupt JPEG data: premature end of data segment",
            "Corrupt JPEG data: bad Huffman code",
            "Corrupt JPEG data: bad arithmetic code",
            "Corrupt JPEG data: found marker",
            "Inconsistent progression sequence");

    private @Nullable String damage;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
        // Not thrown here: the call comes from libjpeg's native code.
        if (damage == null && DAMAGE.stream().anyMatch(warning::startsWith)) {
            damage = warning;
        }
    }

    void requireNone() throws IOException {
        if (damage != null) {
            throw new IOException(damage + " (expected: a whole picture)");
        }
    }
}
