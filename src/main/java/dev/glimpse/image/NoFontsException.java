package dev.glimpse.image;

/**
 * A plot that this machine cannot draw, as Java finds nothing to write its labels with. Pictures need no fonts and are
 * made there all the same.
 */
public final class NoFontsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoFontsException(Error cause) {
        super("no fonts; install fontconfig and a font", cause);
    }
}
