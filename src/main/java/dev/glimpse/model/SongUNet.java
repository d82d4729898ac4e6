package dev.glimpse.model;

import dev.glimpse.model.SongUNetConfig.Variant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The U-Nets of Song et al. (2021), DDPM++ and NCSN++, with the second time of consistency trajectory models.
 *
 * <p>Both times pass through embeddings of their own; each block adds an affine map of each to its activations. Keys,
 * order of modules and layouts are those of the official CIFAR-10 checkpoints; a space-to-depth stem may surround the
 * network to make it cheaper.
 */
final class SongUNet implements Network {
    private static final double EPSILON = 1e-6;
    private static final double HALF = Math.sqrt(0.5);
    private static final double NEARLY_ZERO_GAIN = 1e-5;
    private static final double FOURIER_SCALE = 16;

    private final SongUNetConfig config;
    private final boolean ncsn;
    private final int noiseChannels;
    private final int embedding;

    SongUNet(SongUNetConfig config) {
        this.config = config;
        ncsn = config.variant() == Variant.NCSNPP;
        noiseChannels = ncsn ? 2 * config.modelChannels() : config.modelChannels();
        embedding = 4 * config.modelChannels();
    }

    @Override
    public SongUNetConfig config() {
        return config;
    }

    /** c_noise(t) = ln(t) / 4 (EDM paper, table 1). */
    @Override
    public <T> T noise(NetworkOps<T> ops, T time) {
        return ops.affine(ops.log(time), 0.25, 0);
    }

    /** No: the waves of the embedding have no value at the logarithm of 0. */
    @Override
    public boolean finiteAtZero() {
        return false;
    }

    @Override
    public <T> T forward(NetworkOps<T> ops, T x, T noiseT, T noiseS, T labels) {
        return new Pass<>(ops, noiseT, noiseS, labels).run(x);
    }

    private static Norm norm(String name, int channels) {
        return new Norm(name, channels, Math.min(32, channels / 4), EPSILON);
    }

    private Filter filter(String convolution) {
        return new Filter(convolution + ".resample_filter", ncsn ? List.of(1, 3, 3, 1) : List.of(1, 1));
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
        private final @Nullable T embeddingS;
        private final Deque<T> skips = new ArrayDeque<>();
        private final Deque<Integer> skipChannels = new ArrayDeque<>();
        private int channels;

        Pass(NetworkOps<T> ops, T noiseT, T noiseS, T labels) {
            this.ops = ops;
            T label = config.labels() == 0
                    ? null
                    : ops.linear(labels, Layer.linear("model.map_label", config.labels(), noiseChannels));
            if (config.augmentLabels() > 0) {
                Layer augment = Layer.linear("model.map_augment", config.augmentLabels(), noiseChannels);
                ops.unused(augment);
            }
            embeddingT = embed(noiseT, label, "");
            embeddingS = config.jumps() ? embed(noiseS, label, "_s") : null;
        }

        private T embed(T noise, @Nullable T label, String suffix) {
            T waves = ops.block("model.map_noise", () -> waves(noise));
            return ops.block("model.emb" + suffix, () -> {
                T v = label == null ? waves : ops.add(waves, label);
                T h = ops.silu(ops.linear(v, Layer.linear("model.map_layer0" + suffix, noiseChannels, embedding)));
                return ops.silu(ops.linear(h, Layer.linear("model.map_layer1" + suffix, embedding, embedding)));
            });
        }

        private T waves(T noise) {
            int half = noiseChannels / 2;
            T angles = ncsn
                    ? ops.randomAngles(noise, "model.map_noise.freqs", half, FOURIER_SCALE)
                    : ops.angles(noise, half, half - 1);
            return ops.concat(ops.sin(angles), ops.cos(angles));
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
            T shrunk = image;
            int shrunkChannels = ends;
            for (int level = 0; level < config.channelMult().size(); level++) {
                String at = "model.enc." + size(level);
                if (level == 0) {
                    x = ops.conv(x, Layer.conv(at + "_conv", ends, config.modelChannels(), 3));
                    channels = config.modelChannels();
                } else {
                    x = block(x, at + "_down", channels, Resample.DOWN, false);
                    if (ncsn) {
                        Layer residual = Layer.conv(at + "_aux_residual", shrunkChannels, channels, 3);
                        shrunk = ops.convDownsample(shrunk, residual, filter(residual.name()));
                        shrunk = ops.affine(ops.add(x, shrunk), HALF, 0);
                        shrunkChannels = channels;
                        x = shrunk;
                    }
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
            return ops.block(name, () -> {
                T h = residual(x, name, in, out, resample);
                return attends ? attend(h, name, out) : h;
            });
        }

        private T residual(T x, String name, int in, int out, Resample resample) {
            T h = ops.silu(ops.groupNorm(x, norm(name + ".norm0", in)));
            h = ops.conv(resample(h, resample, name + ".conv0"), Layer.conv(name + ".conv0", in, out, 3));
            T shift = ops.linear(embeddingT, Layer.linear(name + ".affine", embedding, out));
            if (embeddingS != null) {
                shift = ops.add(shift, ops.linear(embeddingS, Layer.linear(name + ".affine_s", embedding, out)));
            }
            h = ops.silu(ops.groupNorm(ops.addPerChannel(h, shift), norm(name + ".norm1", out)));
            h = ops.conv(
                    ops.dropout(h), Layer.conv(name + ".conv1", out, out, 3).withGain(NEARLY_ZERO_GAIN));
            T skip = resample(x, resample, name + ".skip");
            if (in != out || resample != Resample.NONE) {
                skip = ops.conv(skip, Layer.conv(name + ".skip", in, out, 1));
            }
            return ops.affine(ops.add(h, skip), HALF, 0);
        }

        private T attend(T h, String name, int width) {
            T a = ops.attention(
                    ops.groupNorm(h, norm(name + ".norm2", width)),
                    Layer.conv(name + ".qkv", width, 3 * width, 1).withGain(Math.sqrt(0.2)),
                    Layer.conv(name + ".proj", width, width, 1).withGain(NEARLY_ZERO_GAIN),
                    new Heads(1, true));
            return ops.affine(ops.add(a, h), HALF, 0);
        }

        private T resample(T x, Resample resample, String convolution) {
            return switch (resample) {
                case NONE -> x;
                case UP -> ops.upsample(x, filter(convolution));
                case DOWN -> ops.downsample(x, filter(convolution));
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
