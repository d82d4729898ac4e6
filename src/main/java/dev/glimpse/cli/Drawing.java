package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How pictures are drawn in a terminal; the names are as they are typed. */
enum Drawing {
    auto,
    kitty,
    sixel,
    blocks,
    none;

    private static final List<String> KITTY_PROGRAMS = List.of("ghostty", "wezterm");
    private static final List<String> SIXEL_PROGRAMS = List.of("iterm.app", "mintty");
    private static final List<String> SIXEL_TERMS = List.of("foot", "mlterm", "contour", "yaft");

    /**
     * What {@link #auto} stands for: what a terminal says of itself in the environment. It is never asked, as one that
     * does not know the question may print it, or never answer.
     *
     * @param terminal whether the output goes to one
     */
    Drawing resolve(Map<String, String> environment, boolean terminal) {
        if (this != auto) {
            return this;
        }
        String term = environment.getOrDefault("TERM", "").toLowerCase(Locale.ROOT);
        // That of editors and build tools, which show control sequences as letters.
        if (!terminal || term.equals("dumb")) {
            return none;
        }
        String program = environment.getOrDefault("TERM_PROGRAM", "").toLowerCase(Locale.ROOT);
        // What stands between passes text on, and graphics only when it is told to; the variables are the outer
        // terminal's.
        if (environment.containsKey("TMUX") || term.startsWith("screen") || term.startsWith("tmux")) {
            return blocks;
        }
        if (environment.containsKey("KITTY_WINDOW_ID")
                || term.contains("kitty")
                || term.contains("ghostty")
                || KITTY_PROGRAMS.contains(program)) {
            return kitty;
        }
        boolean known = SIXEL_TERMS.stream().anyMatch(term::startsWith);
        return known || term.contains("sixel") || SIXEL_PROGRAMS.contains(program) ? sixel : blocks;
    }

    /** An empty canvas of this kind, which has to be resolved and not {@link #none}. */
    TerminalCanvas canvas(PictureShape shape, ScreenSize screen) {
        return switch (this) {
            case kitty -> new KittyCanvas(shape, screen);
            case sixel -> new SixelCanvas(shape, screen);
            case blocks -> new BlockCanvas(shape, screen);
            case auto, none -> throw new IllegalStateException(this + " draws nothing");
        };
    }
}
