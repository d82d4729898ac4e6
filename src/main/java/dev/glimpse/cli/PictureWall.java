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
    private static final int SHOWN = 12;
    private static final int SIDE = 128;
    private static final int GAP = 8;
    private static final byte[] NONE_YET = {};

    private final PictureMosaic mosaic;
    private final SortedMap<Integer, byte[]> pictures = new TreeMap<>();

    /** A wall for pictures of this shape. */
    PictureWall(PictureShape shape) {
        this.mosaic = PictureMosaic.ofSide(shape, COLUMNS, SIDE, GAP);
    }

    void put(int sample, byte[] pixels) {
        if (sample < SHOWN) {
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
