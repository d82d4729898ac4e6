package dev.glimpse.model;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The U-Net of Dhariwal and Nichol (2021), "ADM", with the second time of consistency trajectory models.
 *
 * <p>Each block's scale and shift after its second normalisation come from the sum of affine maps of both times'
 * embeddings; the class is part of the first one only. Keys and layouts are those of the official ImageNet checkpoints.
 */
final class AdmUNet implements Network {
    private static final double EPSILON = 1e-5;
    /** Keeps the logarithm of 0 finite: the smallest value that does not vanish in float32. */
    private static final double TINY = 1e-44;

    private final AdmUNetConfig config;
    private final int embedding;

    AdmUNet(AdmUNetConfig config) {
        this.config = config;
        this.embedding = 4 * config.modelChannels();
    }

    @Override
    public AdmUNetConfig config() {
        return config;
    }

    /** r(t) = 250 ln(t + 1e-44) in float32: -25333.256 at t = 0. */
    @Override
    public <T> T noise(NetworkOps<T> ops, T time) {
        return ops.affine(ops.log(ops.affine(time, 1, TINY)), 250, 0);
    }

    @Override
    public boolean finiteAtZero() {
        return true;
    }

    @Override
    public <T> T forward(NetworkOps<T> ops, T x, T noiseT, T noiseS, T labels) {
        return new Pass<>(ops, noiseT, noiseS, labels).run(x);
    }

    private static Norm norm(String name, int channels) {
        return new Norm(name, channels, AdmUNetConfig.GROUPS, EPSILON);
    }

    private static Layer conv(String name, int in, int out, int kernel) {
        return Layer.conv(name, in, out, kernel).startedByFanIn();
    }

    private static Layer linear(String name, int in, int out) {
        return Layer.linear(name, in, out).startedByFanIn();
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
            T t = embed(noiseT, "time_embed");
            if (config.labels() > 0) {
                t = ops.add(t, ops.embedding(labels, "label_emb", config.labels(), embedding));
            }
            embeddingT = ops.silu(t);
            embeddingS = config.jumps() ? ops.silu(embed(noiseS, "time_embed_s")) : null;
        }

        private T embed(T noise, String name) {
            int width = config.modelChannels();
            T waves = ops.block("timestep_embedding", () -> {
                T angles = ops.angles(noise, width / 2, width / 2);
                return ops.concat(ops.cos(angles), ops.sin(angles));
            });
            return ops.block(name, () -> {
                T hidden = ops.silu(ops.linear(waves, linear(name + ".0", width, embedding)));
                return ops.linear(hidden, linear(name + ".2", embedding, embedding));
            });
        }

        T run(T image) {
            T x = decode(middle(encode(image)));
            x = ops.silu(ops.groupNorm(x, norm("out.0", channels)));
            return ops.conv(
                    x, conv("out.2", channels, config.imageChannels(), 3).startedAtZero());
        }

        private T encode(T image) {
            channels = width(0);
            T x = ops.block(
                    "input_blocks.0",
                    () -> ops.conv(image, conv("input_blocks.0.0", config.imageChannels(), channels, 3)));
            push(x);
            int index = 1;
            for (int level = 0; level < config.channelMult().size(); level++) {
                if (level > 0) {
                    x = down(x, "input_blocks." + index++);
                    push(x);
                }
                for (int i = 0; i < config.blocks(); i++) {
                    x = stage(x, "input_blocks." + index++, level, false);
                    push(x);
                }
            }
            return x;
        }

        private T middle(T x) {
            return ops.block("middle_block", () -> {
                T h = residual(x, "middle_block.0", channels, Resample.NONE);
                return residual(attend(h, "middle_block.1"), "middle_block.2", channels, Resample.NONE);
            });
        }

        private T decode(T bottom) {
            T x = bottom;
            int index = 0;
            for (int level = config.channelMult().size() - 1; level >= 0; level--) {
                for (int i = 0; i <= config.blocks(); i++) {
                    x = ops.concat(x, skips.pop());
                    channels += skipChannels.pop();
                    x = stage(x, "output_blocks." + index++, level, level > 0 && i == config.blocks());
                }
            }
            return x;
        }

        /** A residual block, attention where the level attends, and a doubling of the resolution where asked. */
        private T stage(T x, String name, int level, boolean up) {
            return ops.block(name, () -> {
                T h = residual(x, name + ".0", width(level), Resample.NONE);
                int next = 1;
                if (config.attention().contains(config.imageSize() >> level)) {
                    h = attend(h, name + "." + next++);
                }
                return up ? residual(h, name + "." + next, channels, Resample.UP) : h;
            });
        }

        private T down(T x, String name) {
            return ops.block(name, () -> residual(x, name + ".0", channels, Resample.DOWN));
        }

        private T residual(T x, String name, int out, Resample resample) {
            int in = channels;
            channels = out;
            return ops.block(name, () -> {
                T h = ops.silu(ops.groupNorm(x, norm(name + ".in_layers.0", in)));
                h = ops.conv(resample(h, resample), conv(name + ".in_layers.2", in, out, 3));
                T scaleShift = ops.linear(embeddingT, linear(name + ".emb_layers.1", embedding, 2 * out));
                if (embeddingS != null) {
                    scaleShift = ops.add(
                            scaleShift, ops.linear(embeddingS, linear(name + ".emb_layers_s.1", embedding, 2 * out)));
                }
                h = ops.modulate(ops.groupNorm(h, norm(name + ".out_layers.0", out)), scaleShift, out);
                h = ops.conv(
                        ops.dropout(ops.silu(h)),
                        conv(name + ".out_layers.3", out, out, 3).startedAtZero());
                T skip = resample(x, resample);
                return ops.add(in == out ? skip : ops.conv(skip, conv(name + ".skip_connection", in, out, 1)), h);
            });
        }

        private T attend(T x, String name) {
            int width = channels;
            return ops.block(name, () -> {
                T a = ops.attention(
                        ops.groupNorm(x, norm(name + ".norm", width)),
                        conv(name + ".qkv", width, 3 * width, 1),
                        conv(name + ".proj_out", width, width, 1).startedAtZero(),
                        new Heads(width / config.headChannels(), false));
                return ops.add(x, a);
            });
        }

        private T resample(T x, Resample resample) {
            return switch (resample) {
                case NONE -> x;
                case UP -> ops.upsample(x, Filter.box());
                case DOWN -> ops.downsample(x, Filter.box());
            };
        }

        private void push(T x) {
            skips.push(x);
            skipChannels.push(channels);
        }

        private int width(int level) {
            return config.modelChannels() * config.channelMult().get(level);
        }
    }
}
