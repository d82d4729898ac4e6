package dev.glimpse.model;

import static dev.glimpse.model.NetworkConfig.require;

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
 * @param variant DDPM++ or NCSN++
 * @param jumps whether it takes the second time s
 * @param augmentLabels columns of a weight for augmentation labels, which checkpoints of EDM teachers hold and which is
 *     never used here; 0 for none
 */
public record SongUNetConfig(
        int imageSize,
        int imageChannels,
        int patch,
        int labels,
        int modelChannels,
        List<Integer> channelMult,
        int blocks,
        List<Integer> attention,
        Variant variant,
        boolean jumps,
        int augmentLabels)
        implements NetworkConfig {

    /** The two networks of Song et al. (2021) that share blocks and keys. */
    public enum Variant {
        /** Sinusoidal embedding of times, resampling by means and repetition, a plain encoder. */
        DDPMPP,
        /** Random Fourier embedding, resampling with the filter [1, 3, 3, 1], an encoder fed the shrunk picture too. */
        NCSNPP
    }

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
        NetworkConfig.requireWidths(modelChannels, channelMult);
        NetworkConfig.requireHalvings(imageSize / patch, channelMult);
        NetworkConfig.requireBlocks(blocks);
        require(augmentLabels >= 0, "augment_labels", augmentLabels, "at least 0");
    }

    /** A DDPM++ network that jumps. */
    public SongUNetConfig(
            int imageSize,
            int imageChannels,
            int patch,
            int labels,
            int modelChannels,
            List<Integer> channelMult,
            int blocks,
            List<Integer> attention) {
        this(
                imageSize,
                imageChannels,
                patch,
                labels,
                modelChannels,
                channelMult,
                blocks,
                attention,
                Variant.DDPMPP,
                true,
                0);
    }

    @Override
    public List<Integer> resolutions() {
        return NetworkConfig.halved(resolution(), channelMult.size());
    }

    /** Height and width inside the network, after the stem. */
    public int resolution() {
        return imageSize / patch;
    }
}
