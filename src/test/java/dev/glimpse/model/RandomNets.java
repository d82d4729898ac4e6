package dev.glimpse.model;

import dev.glimpse.model.SongUNetConfig.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Networks of random size and weights for tests. */
final class RandomNets {
    private static final int RESOLUTION = 8;

    /** One network: its size, weights and what it makes. */
    record Net(NetworkConfig config, ModelSpec spec, Map<String, float[]> weights) {}

    private RandomNets() {}

    /** Any architecture: one seed in four gives an ADM U-Net. */
    static Net of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = random.nextBoolean() ? 1 : 3;
        int labels = random.nextBoolean() ? 0 : 2 + random.nextInt(8);
        List<Integer> mult = random.nextBoolean() ? List.of(1, 2) : List.of(1, 1, 2);
        int blocks = 1 + random.nextInt(2);
        List<Integer> attention = List.of(RESOLUTION >> random.nextInt(mult.size()));
        boolean jumps = random.nextInt(4) > 0;
        NetworkConfig config;
        if (seed % 4 == 0) {
            config = new AdmUNetConfig(
                    RESOLUTION, channels, labels, 32, mult, blocks, attention, 8 << random.nextInt(3), jumps);
        } else {
            int patch = random.nextBoolean() ? 1 : 2;
            config = new SongUNetConfig(
                    RESOLUTION * patch,
                    channels,
                    patch,
                    labels,
                    random.nextBoolean() ? 8 : 32,
                    mult,
                    blocks,
                    attention,
                    random.nextBoolean() ? Variant.NCSNPP : Variant.DDPMPP,
                    jumps,
                    random.nextBoolean() ? 0 : 9);
        }
        return new Net(config, spec(config), weights(config, random));
    }

    static ModelSpec spec(NetworkConfig config) {
        List<String> names =
                IntStream.range(0, config.labels()).mapToObj(i -> "class " + i).toList();
        int size = config.imageSize();
        return new ModelSpec(config.imageChannels(), size, size, names, 0.002, 80, 0.5, 7, config.jumps());
    }

    /** Normal weights of variance 1 / fan-in: the networks' own start would hide layers that begin near zero. */
    static Map<String, float[]> weights(NetworkConfig config, SplittableRandom random) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (Parameter parameter : config.parameters()) {
            float[] values = new float[parameter.size()];
            boolean matrix = parameter.shape().size() > 1;
            double std = matrix ? Math.sqrt((double) parameter.shape().get(0) / values.length) : 0.1;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (parameter.start().centre() + std * random.nextGaussian());
            }
            weights.put(parameter.name(), values);
        }
        return weights;
    }

    /** Rows at random times, with states of matching size. */
    static JumpBatch batch(ModelSpec spec, int rows, SplittableRandom random) {
        float[] t = new float[rows];
        float[] s = new float[rows];
        int[] labels = new int[rows];
        float[] x = new float[rows * spec.dimension()];
        for (int row = 0; row < rows; row++) {
            t[row] = (float) Math.exp(random.nextDouble(Math.log(0.003), Math.log(80)));
            s[row] = spec.jumps() ? (float) Math.max(0.002, t[row] * random.nextDouble()) : t[row];
            labels[row] = spec.labels().isEmpty()
                    ? JumpBatch.NO_LABEL
                    : random.nextInt(spec.labels().size());
            for (int i = 0; i < spec.dimension(); i++) {
                x[row * spec.dimension() + i] = (float) (random.nextGaussian() * Math.hypot(t[row], 0.5));
            }
        }
        return new JumpBatch(rows, x, t, s, labels);
    }
}
