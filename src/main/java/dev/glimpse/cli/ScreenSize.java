package dev.glimpse.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a drawing a terminal can redraw.
 *
 * @param lines of text, at least 1; a line of progress stands below them, and the cursor below that
 * @param columns characters of a line, at least 1
 */
record ScreenSize(int lines, int columns) {
    private static final Pattern STTY = Pattern.compile("([1-9]\\d{0,3}) ([1-9]\\d{0,3})");
    private static final int BELOW = 2;

    /** What terminals have that do not say. */
    private static final String USUAL = "24 80";

    /** @param text lines and columns, as {@code stty size} tells them; anything else is as good as nothing */
    static ScreenSize of(String text) {
        Matcher size = STTY.matcher(text);
        if (!size.matches()) {
            return of(USUAL);
        }
        int lines = Integer.parseInt(size.group(1));
        return new ScreenSize(Math.max(1, lines - BELOW), Integer.parseInt(size.group(2)));
    }
}
