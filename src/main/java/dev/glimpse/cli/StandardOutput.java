package dev.glimpse.cli;

import java.io.IOException;
import java.io.PrintWriter;

/** What a command prints its result to, which somebody reads or keeps. */
final class StandardOutput {
    private StandardOutput() {}

    /**
     * Ends what would go on for nobody, as behind 'head', or on a full disk.
     *
     * @throws IOException if something that was printed did not arrive
     */
    static void requireReader(PrintWriter out) throws IOException {
        if (out.checkError()) {
            throw new IOException("standard output cannot be written, and nobody would read more of it");
        }
    }
}
