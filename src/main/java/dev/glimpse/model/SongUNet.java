package dev.glimpse.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The DDPM++ U-Net of Song et al. (2021) with the second time of consistency trajectory models.
 *
 * <p>Both times pass through embeddings of their own; each block adds an affine map of each to its activations. Keys,
 * order of modules and layouts are those of the official CIFAR-10 checkpoints; a space-to-depth stem may surround the
 * network to make it cheaper.
 */
final class SongUNet {
    private static final double EPSILON = 1e-6;
    private static final double HALF = Math.sqrt(0.5);
    private static final double NEARLY_ZERO_GAIN = 1e-5;

    private final SongUNetConfig config;
    private final int embedding;

    SongUNet(SongUNetConfig config) {
        this.config = config;
        this.embedding = 4 * config.modelChannels();
    }

    SongUNetConfig config() {
        return config;
    }

    /**
     * The raw network F.
     *
     * @param x scaled state [B, C, H, W]
     * @param noiseT ln(t) / 4, [B]
     * @param noiseS ln(s) / 4, [B]
     * @param labels one-hot rows times sqrt(classes), [B, classes]; rows of zeros for no class; ignored without classes
     * @return [B, C, H, W]
     */
    <T> T forward(NetworkOps<T> ops, T x, T noiseT, T noiseS, T labels) {
        return new Pass<>(ops, noiseT, noiseS, labels).run(x);
    }

    private static Norm norm(String name, int channels) {
        return new Norm(name, channels, Math.min(32, channels / 4), EPSILON);
    }

    private enum Resample {
        NONE,
        UP,
        DOWN
    }

    /** One walk through the modules, in the order of their registration. */
    private final class Pass<T> {
        private final NetworkOps<T> ops;
        private final T embeddingT;
        private final T embeddingS;
        private final Deque<T> skips = new ArrayDeque<>();
        private final Deque<Integer> skipChannels = new ArrayDeque<>();
        private int channels;

        Pass(NetworkOps<T> ops, T noiseT, T noiseS, T labels) {
            this.ops = ops;
            int noise = config.modelChannels();
            T t = ops.sinusoid(noiseT, noise);
            T s = ops.sinusoid(noiseS, noise);
            if (config.labels() > 0) {
                T label = ops.linear(labels, Layer.linear("model.map_label", config.labels(), noise));
                t = ops.add(t, label);
                s = ops.add(s, label);
            }
            embeddingT = embed(t, "");
            embeddingS = embed(s, "_s");
        }

        private T embed(T v, String suffix) {
            int noise = config.modelChannels();
            T h = ops.silu(ops.linear(v, Layer.linear("model.map_layer0" + suffix, noise, embedding)));
            return ops.silu(ops.linear(h, Layer.linear("model.map_layer1" + suffix, embedding, embedding)));
        }

        T run(T image) {
            int ends = config.imageChannels() * config.patch() * config.patch();
            T x = config.patch() == 1 ? image : ops.spaceToDepth(image, config.patch());
            x = decode(encode(x, ends));
            String top = "model.dec." + size(0);
            x = ops.silu(ops.groupNorm(x, norm(top + "_aux_norm", channels)));
            x = ops.conv(x, Layer.conv(top + "_aux_conv", channels, ends, 3).withGain(NEARLY_ZERO_GAIN));
            return config.patch() == 1 ? x : ops.depthToSpace(x, config.patch());
        }

        private T encode(T image, int ends) {
            T x = image;
            for (int level = 0; level < config.channelMult().size(); level++) {
                String at = "model.enc." + size(level);
                if (level == 0) {
                    x = ops.conv(x, Layer.conv(at + "_conv", ends, config.modelChannels(), 3));
                    channels = config.modelChannels();
                } else {
                    x = block(x, at + "_down", channels, Resample.DOWN, false);
                }
                push(x);
                for (int i = 0; i < config.blocks(); i++) {
                    x = block(x, at + "_block" + i, width(level), Resample.NONE, attends(level));
                    push(x);
                }
            }
            return x;
        }

        private T decode(T bottom) {
            T x = bottom;
            int last = config.channelMult().size() - 1;
            for (int level = last; level >= 0; level--) {
                String at = "model.dec." + size(level);
                if (level == last) {
                    x = block(x, at + "_in0", width(level), Resample.NONE, true);
                    x = block(x, at + "_in1", width(level), Resample.NONE, false);
                } else {
                    x = block(x, at + "_up", channels, Resample.UP, false);
                }
                for (int i = 0; i <= config.blocks(); i++) {
                    x = ops.concat(x, skips.pop());
                    channels += skipChannels.pop();
                    boolean attends = i == config.blocks() && attends(level);
                    x = block(x, at + "_block" + i, width(level), Resample.NONE, attends);
                }
            }
            return x;
        }

        private T block(T x, String name, int out, Resample resample, boolean attends) {
            int in = channels;
            channels = out;
            return ops.block(() -> {
                T h = residual(x, name, in, out, resample);
                return attends ? attend(h, name, out) : h;
            });
        }

        private T residual(T x, String name, int in, int out, Resample resample) {
            T h = ops.silu(ops.groupNorm(x, norm(name + ".norm0", in)));
            h = ops.conv(resample(h, resample), Layer.conv(name + ".conv0", in, out, 3));
            T shift = ops.add(
                    ops.linear(embeddingT, Layer.linear(name + ".affine", embedding, out)),
                    ops.linear(embeddingS, Layer.linear(name + ".affine_s", embedding, out)));
            h = ops.silu(ops.groupNorm(ops.addPerChannel(h, shift), norm(name + ".norm1", out)));
            h = ops.conv(h, Layer.conv(name + ".conv1", out, out, 3).withGain(NEARLY_ZERO_GAIN));
            T skip = resample(x, resample);
            if (in != out || resample != Resample.NONE) {
                skip = ops.conv(skip, Layer.conv(name + ".skip", in, out, 1));
            }
            return ops.affine(ops.add(h, skip), HALF, 0);
        }

        private T attend(T h, String name, int width) {
            T a = ops.attention(
                    ops.groupNorm(h, norm(name + ".norm2", width)),
                    Layer.conv(name + ".qkv", width, 3 * width, 1).withGain(Math.sqrt(0.2)),
                    Layer.conv(name + ".proj", width, width, 1).withGain(NEARLY_ZERO_GAIN));
            return ops.affine(ops.add(a, h), HALF, 0);
        }

        private T resample(T x, Resample resample) {
            return switch (resample) {
                case NONE -> x;
                case UP -> ops.upsample(x);
                case DOWN -> ops.downsample(x);
            };
        }

        private void push(T x) {
            skips.push(x);
            skipChannels.push(channels);
        }

        private int width(int level) {
            return config.modelChannels() * config.channelMult().get(level);
        }

        private boolean attends(int level) {
            return config.attention().contains(config.resolution() >> level);
        }

        private String size(int level) {
            int pixels = config.resolution() >> level;
            return pixels + "x" + pixels;
        }
    }
}
