package dev.glimpse.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Takes nothing, as a full disk, or a pipe whose reader has left. */
final class FullOutput extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
        throw new IOException("no space left");
    }
}
