package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Pictures as text: a character holds two pixels, one above the other, as the colours of an upper half block and of its
 * background. Pictures stand side by side as far as the terminal's columns reach; larger ones lose pixels. Only the
 * first pictures are drawn when all are more than a screen holds, as no terminal can redraw what left it.
 */
final class BlockCanvas implements TerminalCanvas {
    private static final int GAP = 2;
    private static final String RESET = "\033[0m";
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    private final PictureShape shape;
    private final int shrink;
    private final int columns;
    private final int rows;
    private final int perRow;
    private final int drawn;
    private final SortedMap<Integer, byte[]> pictures = new TreeMap<>();

    /** A canvas for pictures of this shape. */
    BlockCanvas(PictureShape shape, ScreenSize screen) {
        this.shape = shape;
        int most = 2 * screen.lines();
        this.shrink =
                Math.max((shape.width() + screen.columns() - 1) / screen.columns(), (shape.height() + most - 1) / most);
        this.columns = shape.width() / shrink;
        this.rows = Math.max(1, (shape.height() / shrink + 1) / 2);
        this.perRow = Math.max(1, (screen.columns() + GAP) / (columns + GAP));
        this.drawn = perRow * Math.max(1, screen.lines() / rows);
    }

    @Override
    public void put(int sample, byte[] pixels) {
        if (sample < drawn) {
            pictures.put(sample, pixels);
        }
    }

    @Override
    public String frame() {
        return rows().stream().map(row -> row + CLEAR_REST_OF_LINE + "\n").collect(Collectors.joining());
    }

    @Override
    public int height() {
        return rows().size();
    }

    /** The lines to print, from the top. */
    List<String> rows() {
        List<String> lines = new ArrayList<>();
        if (pictures.isEmpty()) {
            return lines;
        }
        for (int first = 0; first <= pictures.lastKey(); first += perRow) {
            for (int row = 0; row < rows; row++) {
                lines.add(line(first, row));
            }
        }
        return lines;
    }

    private String line(int first, int row) {
        StringBuilder line = new StringBuilder();
        for (int sample = first; sample < first + perRow && sample <= pictures.lastKey(); sample++) {
            if (sample > first) {
                line.append(" ".repeat(GAP));
            }
            byte[] picture = pictures.get(sample);
            if (picture == null) {
                line.append(" ".repeat(columns));
            } else {
                append(line, picture, row);
            }
        }
        return line.toString();
    }

    private void append(StringBuilder line, byte[] picture, int row) {
        for (int column = 0; column < columns; column++) {
            colour(line, 38, pixel(picture, column, 2 * row));
            colour(line, 48, pixel(picture, column, 2 * row + 1));
            line.append('▀');
        }
        line.append(RESET);
    }

    /** The pixel that stands for a square of them; black below the last line of an odd height. */
    private int pixel(byte[] picture, int x, int y) {
        if (y * shrink >= shape.height()) {
            return 0;
        }
        int channels = shape.channels();
        int first = (y * shrink * shape.width() + x * shrink) * channels;
        // A grey picture has one value for all three colours.
        int red = picture[first] & 0xFF;
        int green = picture[first + (channels - 1) / 2] & 0xFF;
        int blue = picture[first + channels - 1] & 0xFF;
        return red << 16 | green << 8 | blue;
    }

    private static void colour(StringBuilder line, int layer, int rgb) {
        line.append("\033[").append(layer).append(";2;").append(rgb >> 16).append(';');
        line.append(rgb >> 8 & 0xFF).append(';').append(rgb & 0xFF).append('m');
    }
}
