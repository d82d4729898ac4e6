package dev.glimpse.cli;

import dev.glimpse.image.PictureMosaic;
import dev.glimpse.image.PictureShape;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a terminal with graphics shows: the newest picture of each sample, enlarged and side by side. Only the first
 * pictures are shown when all are more than a screen holds, as no terminal can redraw what left it.
 */
final class PictureWall {
    private static final int COLUMNS = 4;
    private static final int ROWS = 3;
    private static final int SIDE = 128;
    private static final int GAP = 8;
    private static final byte[] NONE_YET = {};

    private final PictureMosaic mosaic;
    private final int shown;
    private final SortedMap<Integer, byte[]> pictures = new TreeMap<>();

    /**
     * A wall for pictures of this shape.
     *
     * @param width that the screen has, in pixels; one picture is shown however small that is
     * @param height the same
     */
    PictureWall(PictureShape shape, int width, int height) {
        int side = Math.min(SIDE, Math.min(width, height));
        PictureShape one = PictureMosaic.ofSide(shape, 1, side, GAP).whole(1);
        int across = most(COLUMNS, width, one.width());
        mosaic = PictureMosaic.ofSide(shape, across, side, GAP);
        shown = across * most(ROWS, height, one.height());
    }

    private static int most(int wanted, int pixels, int each) {
        return Math.max(1, Math.min(wanted, (pixels + GAP) / (each + GAP)));
    }

    void put(int sample, byte[] pixels) {
        if (sample < shown) {
            pictures.put(sample, pixels);
        }
    }

    boolean isEmpty() {
        return pictures.isEmpty();
    }

    int width() {
        return mosaic.whole(pictures.lastKey() + 1).width();
    }

    int height() {
        return mosaic.whole(pictures.lastKey() + 1).height();
    }

    /** The wall, height x width x 3, whatever the pictures' channels. */
    byte[] rgb() {
        List<byte[]> all = new ArrayList<>();
        for (int sample = 0; sample <= pictures.lastKey(); sample++) {
            all.add(pictures.getOrDefault(sample, NONE_YET));
        }
        byte[] pixels = mosaic.pixels(all);
        if (mosaic.shape().channels() == 3) {
            return pixels;
        }
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = pixels[i / 3];
        }
        return rgb;
    }
}
