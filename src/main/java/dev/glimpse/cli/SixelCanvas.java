package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;

/**
 * Pictures for terminals with sixel graphics: six lines of pixels at a time, a colour after the other, of a fixed
 * palette of greys and a cube of colours.
 */
final class SixelCanvas implements TerminalCanvas {
    /** Size of a character that is assumed, as small as they come: a higher one leaves an empty line or two. */
    private static final int CELL_HEIGHT = 12;

    private static final int CELL_WIDTH = 6;

    private static final int BAND = 6;
    private static final int GREYS = 64;
    private static final int CUBE = 5;
    private static final int COLOURS = GREYS + CUBE * CUBE * CUBE;
    /** The character of six pixels that are all not of the colour. */
    private static final int NO_PIXEL = '?';

    private static final int SHORTEST_RUN = 4;

    private final PictureWall wall;

    SixelCanvas(PictureShape shape, ScreenSize screen) {
        this.wall = new PictureWall(shape, screen.columns() * CELL_WIDTH, screen.lines() * CELL_HEIGHT);
    }

    @Override
    public void put(int sample, byte[] pixels) {
        wall.put(sample, pixels);
    }

    @Override
    public int height() {
        return wall.isEmpty() ? 0 : (wall.height() + CELL_HEIGHT - 1) / CELL_HEIGHT;
    }

    @Override
    public String frame() {
        if (wall.isEmpty()) {
            return "";
        }
        StringBuilder frame = new StringBuilder();
        // Makes room first, so that nothing scrolls meanwhile, and comes back to a place that was kept: where sixels
        // leave the cursor differs from terminal to terminal.
        frame.append("\n".repeat(height())).append("\033[").append(height()).append("A\r\0337");
        frame.append("\033P0;1;0q\"1;1;").append(wall.width()).append(';').append(wall.height());
        palette(frame);
        int[] colours = colours(wall.rgb());
        for (int top = 0; top < wall.height(); top += BAND) {
            band(frame, colours, top);
        }
        return frame.append("\033\\\0338\033[").append(height()).append("B\r").toString();
    }

    private static void palette(StringBuilder frame) {
        for (int grey = 0; grey < GREYS; grey++) {
            int percent = percent(grey, GREYS);
            define(frame, grey, percent, percent, percent);
        }
        for (int i = 0; i < CUBE * CUBE * CUBE; i++) {
            define(
                    frame,
                    GREYS + i,
                    percent(i / CUBE / CUBE, CUBE),
                    percent(i / CUBE % CUBE, CUBE),
                    percent(i % CUBE, CUBE));
        }
    }

    private static void define(StringBuilder frame, int colour, int red, int green, int blue) {
        frame.append('#').append(colour).append(";2;");
        frame.append(red).append(';').append(green).append(';').append(blue);
    }

    private static int percent(int level, int levels) {
        return Math.round(100f * level / (levels - 1));
    }

    private static int[] colours(byte[] rgb) {
        int[] colours = new int[rgb.length / 3];
        for (int i = 0; i < colours.length; i++) {
            int red = rgb[3 * i] & 0xFF;
            int green = rgb[3 * i + 1] & 0xFF;
            int blue = rgb[3 * i + 2] & 0xFF;
            colours[i] = red == green && green == blue
                    ? level(red, GREYS)
                    : GREYS + (level(red, CUBE) * CUBE + level(green, CUBE)) * CUBE + level(blue, CUBE);
        }
        return colours;
    }

    private static int level(int value, int levels) {
        return Math.round((levels - 1) * value / 255f);
    }

    private void band(StringBuilder frame, int[] colours, int top) {
        int width = wall.width();
        int bottom = Math.min(wall.height(), top + BAND);
        boolean[] used = new boolean[COLOURS];
        for (int i = top * width; i < bottom * width; i++) {
            used[colours[i]] = true;
        }
        for (int colour = 0; colour < COLOURS; colour++) {
            if (used[colour]) {
                frame.append('#').append(colour);
                line(frame, colours, top, colour);
                // Back to the start of the line, for the next colour.
                frame.append('$');
            }
        }
        frame.append('-');
    }

    private void line(StringBuilder frame, int[] colours, int top, int colour) {
        int width = wall.width();
        int bottom = Math.min(wall.height(), top + BAND);
        int run = 0;
        int before = NO_PIXEL;
        for (int x = 0; x < width; x++) {
            int sixel = 0;
            for (int y = top; y < bottom; y++) {
                sixel |= colours[y * width + x] == colour ? 1 << y - top : 0;
            }
            if (sixel + NO_PIXEL != before) {
                repeat(frame, before, run);
                run = 0;
                before = sixel + NO_PIXEL;
            }
            run++;
        }
        if (before != NO_PIXEL) {
            repeat(frame, before, run);
        }
    }

    private static void repeat(StringBuilder frame, int character, int times) {
        if (times < SHORTEST_RUN) {
            frame.append(Character.toString(character).repeat(times));
        } else {
            frame.append('!').append(times).append((char) character);
        }
    }
}
