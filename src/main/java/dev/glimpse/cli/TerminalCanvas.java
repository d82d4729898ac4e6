package dev.glimpse.cli;

/** Pictures as what a terminal is sent to show them. */
interface TerminalCanvas {
    /**
     * Puts a sample's picture in its place, over the one before; does nothing for one that is not drawn.
     *
     * @param pixels height x width x channels
     */
    void put(int sample, byte[] pixels);

    /** Draws all pictures, from the start of the cursor's line on; leaves the cursor on the line below them. */
    String frame();

    /** Lines that {@link #frame} takes. */
    int height();
}
