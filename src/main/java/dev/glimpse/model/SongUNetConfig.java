package dev.glimpse.model;

import java.util.List;

/**
 * The size of a {@link SongUNet}.
 *
 * @param imageSize height and width of a picture
 * @param imageChannels 1 or 3
 * @param patch width of the squares of pixels that a space-to-depth stem moves into channels; 1 for none
 * @param labels number of classes; 0 for an unconditional network
 * @param modelChannels channels at the highest resolution
 * @param channelMult multiple of {@code modelChannels} at each level, from the highest resolution down
 * @param blocks residual blocks per level
 * @param attention resolutions (after the stem) whose blocks attend
 */
public record SongUNetConfig(
        int imageSize,
        int imageChannels,
        int patch,
        int labels,
        int modelChannels,
        List<Integer> channelMult,
        int blocks,
        List<Integer> attention) {
    public SongUNetConfig {
        channelMult = List.copyOf(channelMult);
        attention = List.copyOf(attention);
        require(imageSize >= 1, "image_size", imageSize, "at least 1");
        require(imageChannels == 1 || imageChannels == 3, "image_channels", imageChannels, "1 or 3");
        require(patch >= 1 && imageSize % patch == 0, "patch", patch, "a divisor of " + imageSize);
        require(labels >= 0, "labels", labels, "at least 0");
        require(modelChannels >= 4 && modelChannels % 4 == 0, "model_channels", modelChannels, "a multiple of 4");
        require(!channelMult.isEmpty(), "channel_mult", channelMult, "at least one level");
        require(channelMult.stream().allMatch(m -> m >= 1), "channel_mult", channelMult, "each at least 1");
        int inside = imageSize / patch;
        require(
                inside % (1 << (channelMult.size() - 1)) == 0,
                "channel_mult",
                channelMult,
                "as many levels as " + inside + " can be halved");
        require(blocks >= 1, "blocks", blocks, "at least 1");
    }

    /** Height and width inside the network, after the stem. */
    public int resolution() {
        return imageSize / patch;
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
