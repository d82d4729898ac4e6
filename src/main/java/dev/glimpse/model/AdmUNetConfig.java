package dev.glimpse.model;

import static dev.glimpse.model.NetworkConfig.require;

import java.util.List;

/**
 * The size of an {@link AdmUNet}.
 *
 * @param imageSize height and width of a picture
 * @param imageChannels 1 or 3
 * @param labels number of classes; 0 for an unconditional network
 * @param modelChannels unit of the channels, a multiple of 32
 * @param channelMult multiple of {@code modelChannels} at each level, from the highest resolution down
 * @param blocks residual blocks per level
 * @param attention resolutions whose blocks attend; the middle of the network always does
 * @param headChannels channels of one attention head, a divisor of the channels wherever blocks attend
 * @param jumps whether it takes the second time s
 */
public record AdmUNetConfig(
        int imageSize,
        int imageChannels,
        int labels,
        int modelChannels,
        List<Integer> channelMult,
        int blocks,
        List<Integer> attention,
        int headChannels,
        boolean jumps)
        implements NetworkConfig {
    /** Groups of every normalisation. */
    static final int GROUPS = 32;

    public AdmUNetConfig {
        channelMult = List.copyOf(channelMult);
        attention = List.copyOf(attention);
        require(imageSize >= 1, "image_size", imageSize, "at least 1");
        require(imageChannels == 1 || imageChannels == 3, "image_channels", imageChannels, "1 or 3");
        require(labels >= 0, "labels", labels, "at least 0");
        require(
                modelChannels >= GROUPS && modelChannels % GROUPS == 0,
                "model_channels",
                modelChannels,
                "a multiple of " + GROUPS);
        require(!channelMult.isEmpty(), "channel_mult", channelMult, "at least one level");
        require(channelMult.stream().allMatch(m -> m >= 1), "channel_mult", channelMult, "each at least 1");
        NetworkConfig.requireWidths(modelChannels, channelMult);
        int last = channelMult.size() - 1;
        NetworkConfig.requireHalvings(imageSize, channelMult);
        NetworkConfig.requireBlocks(blocks);
        require(headChannels >= 1, "head_channels", headChannels, "at least 1");
        for (int level = 0; level <= last; level++) {
            int width = modelChannels * channelMult.get(level);
            boolean attends = level == last || attention.contains(imageSize >> level);
            require(
                    !attends || width % headChannels == 0,
                    "head_channels",
                    headChannels,
                    "a divisor of the " + width + " channels that attend");
        }
    }

    @Override
    public List<Integer> resolutions() {
        return NetworkConfig.halved(imageSize, channelMult.size());
    }
}
