package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;

/**
 * Pictures for terminals with kitty's graphics protocol: one image that each frame replaces, stretched over whole
 * cells, so that the lines it takes are known without asking the terminal.
 */
final class KittyCanvas implements TerminalCanvas {
    private static final int CELL_WIDTH = 8;
    private static final int CELL_HEIGHT = 16;
    /** Longest piece of an image that the protocol takes at once, in characters of base64. */
    private static final int CHUNK = 4096;

    /**
     * Raw colours, packed by zlib, shown at the cursor, which stays where it is; number 7471 is replaced; no answers,
     * which would be taken for keys.
     */
    private static final String FORMAT = "a=T,f=24,o=z,s=%d,v=%d,c=%d,r=%d,i=7471,p=1,C=1,q=2,";

    private final PictureWall wall;

    KittyCanvas(PictureShape shape, ScreenSize screen) {
        this.wall = new PictureWall(shape, screen.columns() * CELL_WIDTH, screen.lines() * CELL_HEIGHT);
    }

    @Override
    public void put(int sample, byte[] pixels) {
        wall.put(sample, pixels);
    }

    @Override
    public int height() {
        return wall.isEmpty() ? 0 : cells(wall.height(), CELL_HEIGHT);
    }

    @Override
    public String frame() {
        if (wall.isEmpty()) {
            return "";
        }
        StringBuilder frame = new StringBuilder();
        // Makes room first: an image at the bottom would not move up with the lines that follow.
        frame.append("\n".repeat(height())).append("\033[").append(height()).append("A\r");
        String control = String.format(
                Locale.ROOT,
                FORMAT,
                wall.width(),
                wall.height(),
                cells(wall.width(), CELL_WIDTH),
                cells(wall.height(), CELL_HEIGHT));
        String data = Base64.getEncoder().encodeToString(deflated(wall.rgb()));
        for (int from = 0; from < data.length(); from += CHUNK) {
            int to = Math.min(data.length(), from + CHUNK);
            frame.append("\033_G")
                    .append(from == 0 ? control : "")
                    .append(to < data.length() ? "m=1;" : "m=0;")
                    .append(data, from, to)
                    .append("\033\\");
        }
        return frame.append("\033[").append(height()).append("B\r").toString();
    }

    private static int cells(int pixels, int cell) {
        return (pixels + cell - 1) / cell;
    }

    private static byte[] deflated(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
