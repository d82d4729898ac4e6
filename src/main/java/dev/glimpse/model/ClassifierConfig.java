package dev.glimpse.model;

import static dev.glimpse.model.NetworkConfig.require;

import java.util.ArrayList;
import java.util.List;

/**
 * The size of a {@link ClassifierNetwork}.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height of a picture in pixels
 * @param width of a picture in pixels
 * @param classes number of classes, at least 2
 * @param widths channels at each scale, from the full size down; each at least 1
 */
public record ClassifierConfig(int channels, int height, int width, int classes, List<Integer> widths) {
    private static final int FIRST_WIDTH = 32;
    private static final int LAST_WIDTH = 128;
    /** Pictures are halved while their shorter side has at least so many pixels. */
    private static final int HALVED_FROM = 8;

    public ClassifierConfig {
        widths = List.copyOf(widths);
        require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
        require(Math.min(height, width) >= 1, "size", height + " x " + width, "at least 1 x 1");
        require(classes >= 2, "classes", classes, "at least 2");
        require(!widths.isEmpty(), "widths", widths, "at least one scale");
        require(widths.stream().allMatch(w -> w >= 1), "widths", widths, "each at least 1");
        require(
                widths.size() <= Integer.SIZE - Integer.numberOfLeadingZeros(Math.min(height, width)),
                "widths",
                widths,
                "as many scales as " + height + " x " + width + " can be halved");
    }

    /** The usual size for pictures of an extent: 32 channels at full size, twice as many at each half, at most 128. */
    public static ClassifierConfig of(int channels, int height, int width, int classes) {
        List<Integer> widths = new ArrayList<>(List.of(FIRST_WIDTH));
        for (int side = Math.min(height, width); side >= HALVED_FROM; side /= 2) {
            widths.add(Math.min(LAST_WIDTH, 2 * widths.get(widths.size() - 1)));
        }
        return new ClassifierConfig(channels, height, width, classes, widths);
    }

    /** Values of the pooled feature vector. */
    public int features() {
        return widths.get(widths.size() - 1);
    }
}
