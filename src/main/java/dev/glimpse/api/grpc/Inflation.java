package dev.glimpse.api.grpc;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip without ever holding more bytes than it may. */
final class Inflation {
    private Inflation() {}

    /**
     * The unpacked bytes.
     *
     * @param maxBytes most bytes to unpack
     * @throws TooLargeException once the unpacked bytes exceed the bound, however small the packed ones are
     * @throws IOException if the bytes are not gzip
     */
    static byte[] gunzip(Buffer packed, int maxBytes) throws IOException, TooLargeException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.getBytes()))) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new TooLargeException();
            }
            return bytes;
        }
    }

    /** The unpacked bytes exceed the bound. */
    static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1;
    }
}
