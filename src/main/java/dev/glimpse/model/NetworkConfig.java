package dev.glimpse.model;

import java.util.List;
import java.util.stream.IntStream;

/** The architecture of a network and its size: all that decides which tensors its checkpoint holds. */
public sealed interface NetworkConfig permits SongUNetConfig, AdmUNetConfig {
    /** Most channels of a level. */
    int MAX_CHANNELS = 1 << 16;

    /** Most residual blocks of a level; the largest official networks have 4. */
    int MAX_BLOCKS = 1024;

    /** Height and width of a picture in pixels. */
    int imageSize();

    /** 1 (grey) or 3 (RGB). */
    int imageChannels();

    /** Number of classes; 0 for an unconditional network. */
    int labels();

    /**
     * Whether the network takes the second time s.
     *
     * <p>Without it, it is a denoiser only: g(x, t, t), as a diffusion teacher gives it. Such a model can be sampled by
     * solving the ODE and its likelihood measured, but it can't jump.
     */
    boolean jumps();

    /** Side of the pictures at each level, from the highest resolution down. */
    List<Integer> resolutions();

    /** Resolutions whose blocks attend; one that is no level's has no effect. */
    List<Integer> attention();

    /** Whether the network gives numbers for s = 0. */
    default boolean finiteAtZero() {
        return Network.of(this).finiteAtZero();
    }

    /** The tensors that decide what the network computes, under the keys of official checkpoints, in order of use. */
    default List<Parameter> parameters() {
        return ParameterOps.of(Network.of(this)).parameters();
    }

    /** The constant tensors that official checkpoints hold beside the parameters; models here do without. */
    default List<Buffer> buffers() {
        return ParameterOps.of(Network.of(this)).buffers();
    }

    /** A side and its halves. */
    static List<Integer> halved(int side, int count) {
        return IntStream.range(0, count).map(level -> side >> level).boxed().toList();
    }

    /** Refuses levels wider than any file of weights could hold, and than can be counted. */
    static void requireWidths(int modelChannels, List<Integer> channelMult) {
        for (int multiple : channelMult) {
            require(
                    (long) modelChannels * multiple <= MAX_CHANNELS,
                    "channel_mult",
                    channelMult,
                    "at most " + MAX_CHANNELS + " channels at each level, with model_channels " + modelChannels);
        }
    }

    /** Refuses more levels than a side of a picture can be halved for. */
    static void requireHalvings(int side, List<Integer> channelMult) {
        require(
                channelMult.size() <= 1 + Integer.numberOfTrailingZeros(side),
                "channel_mult",
                channelMult,
                "as many levels as " + side + " can be halved");
    }

    static void requireBlocks(int blocks) {
        require(blocks >= 1 && blocks <= MAX_BLOCKS, "blocks", blocks, "1.." + MAX_BLOCKS);
    }

    /** Refuses a value of a size by its name. */
    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
