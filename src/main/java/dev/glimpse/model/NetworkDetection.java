package dev.glimpse.model;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The guess, from keys and shapes alone, which network a checkpoint belongs to.
 *
 * <p>It looks at as few keys as decide the sizes; whether all others fit is checked afterwards, against the parameters
 * of the network that was found. Consistency models that jump to the end alone have ADM's keys without the second
 * time's branch: they are taken for denoisers, since nothing tells them apart.
 */
final class NetworkDetection {
    /** Official sizes of the ADM network for ImageNet, which leave no trace in its keys. */
    private static final int ADM_IMAGE_SIZE = 64;

    private static final int ADM_HEAD_CHANNELS = 64;

    private final WeightShapes weights;
    private final ImportSettings settings;

    private NetworkDetection(WeightShapes weights, ImportSettings settings) {
        this.weights = weights;
        this.settings = settings;
    }

    /**
     * Finds architecture and sizes.
     *
     * @throws IllegalArgumentException if there is no such network; the message names the key or the size
     */
    static NetworkConfig of(WeightShapes weights, ImportSettings settings) {
        NetworkDetection detection = new NetworkDetection(weights, settings);
        return weights.has("input_blocks.0.0.weight") ? detection.adm() : detection.song();
    }

    private SongUNetConfig song() {
        int resolution = weights.resolution();
        String first = level(resolution) + "_conv.weight";
        int modelChannels = atLeastOne(first, weights.size(first, 0));
        List<Integer> channelMult = new ArrayList<>();
        List<Integer> attention = new ArrayList<>();
        for (int r = resolution; r > 0 && weights.has(level(r) + "_block0.conv0.weight"); r /= 2) {
            channelMult.add(weights.size(level(r) + "_block0.conv0.weight", 0) / modelChannels);
            if (weights.has(level(r) + "_block0.qkv.weight")) {
                attention.add(r);
            }
        }
        Stem stem = stem(weights.size(first, 1), first);
        int imageSize = Math.multiplyExact(resolution, stem.patch());
        requireSame("size", settings.imageSize(), imageSize);
        if (settings.headChannels().isPresent()) {
            throw new IllegalArgumentException("head channels: "
                    + settings.headChannels().getAsInt() + " (expected: none, as a SongUNet has one head)");
        }
        return new SongUNetConfig(
                imageSize,
                stem.channels(),
                stem.patch(),
                weights.has("map_label.weight") ? weights.size("map_label.weight", 1) : 0,
                modelChannels,
                channelMult,
                weights.count(level(resolution) + "_block", ".conv0.weight"),
                attention,
                weights.has("map_noise.freqs") ? SongUNetConfig.Variant.NCSNPP : SongUNetConfig.Variant.DDPMPP,
                weights.has("map_layer0_s.weight"),
                weights.has("map_augment.weight") ? weights.size("map_augment.weight", 1) : 0);
    }

    private static String level(int resolution) {
        return "enc." + resolution + "x" + resolution;
    }

    private record Stem(int channels, int patch) {}

    /** What a first convolution of so many input channels sees: c p^2 of them for c in {1, 3} and squares of p x p. */
    private Stem stem(int inputs, String key) {
        for (int channels : List.of(1, 3)) {
            int patch = (int) Math.round(Math.sqrt((double) inputs / channels));
            if (patch > 0 && (long) channels * patch * patch == inputs) {
                return new Stem(channels, patch);
            }
        }
        throw new IllegalArgumentException(weights.prefix() + key + ": " + inputs
                + " input channels (expected: 1 or 3, times the square of a patch's width)");
    }

    /* A level is `blocks` residual blocks and, but for the last, one that halves; an output level has one block more.
     * A halving block has the keys of any other, so the levels are told by the doubling ones, which stand third or,
     * where there's no attention, second in their output block. */
    private AdmUNetConfig adm() {
        String first = "input_blocks.0.0.weight";
        // The first convolution has the first level's channels, whatever their multiple.
        String embedding = "time_embed.0.weight";
        int modelChannels = atLeastOne(embedding, weights.size(embedding, 1));
        int outputs = weights.count("output_blocks.", ".0.in_layers.2.weight");
        int perLevel = outputs;
        int levels = 1;
        for (int i = outputs - 1; i >= 0; i--) {
            if (doubles(i)) {
                levels++;
                perLevel = i + 1;
            }
        }
        int imageSize = settings.imageSize().orElse(ADM_IMAGE_SIZE);
        List<Integer> channelMult = new ArrayList<>();
        List<Integer> attention = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            int block = 1 + level * perLevel;
            String convolution = "input_blocks." + block + ".0.in_layers.2.weight";
            channelMult.add(weights.size(convolution, 0) / modelChannels);
            if (weights.has("input_blocks." + block + ".1.qkv.weight")) {
                attention.add(imageSize >> level);
            }
        }
        return new AdmUNetConfig(
                imageSize,
                weights.size(first, 1),
                weights.has("label_emb.weight") ? weights.size("label_emb.weight", 0) : 0,
                modelChannels,
                channelMult,
                perLevel - 1,
                attention,
                settings.headChannels().orElse(ADM_HEAD_CHANNELS),
                weights.has("time_embed_s.0.weight"));
    }

    private boolean doubles(int output) {
        String block = "output_blocks." + output;
        return weights.has(block + ".1.in_layers.2.weight") || weights.has(block + ".2.in_layers.2.weight");
    }

    private int atLeastOne(String key, int size) {
        if (size < 1) {
            throw new IllegalArgumentException(weights.prefix() + key + ": " + size + " (expected: at least 1)");
        }
        return size;
    }

    private static void requireSame(String name, OptionalInt told, int found) {
        if (told.isPresent() && told.getAsInt() != found) {
            throw new IllegalArgumentException(
                    name + ": " + told.getAsInt() + " (expected: " + found + ", as the keys tell)");
        }
    }
}
