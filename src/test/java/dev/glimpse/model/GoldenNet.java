package dev.glimpse.model;

import dev.glimpse.model.SongUNetConfig.Variant;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A network whose inputs, outputs and weights were recorded from the official implementation.
 *
 * <p>Its size is told by the keys and shapes of its weights, and the width of ADM's heads, which they can't tell, by
 * the outputs.
 */
public final class GoldenNet {
    private static final double SIGMA_DATA = 0.5;

    private final SafeTensors io;
    private final Map<String, HostTensor> weights;
    private final NetworkConfig config;

    private GoldenNet(SafeTensors io, Map<String, HostTensor> weights) {
        this.io = io;
        this.weights = weights;
        config = weights.containsKey("model.map_layer0.weight") ? song() : nearest();
    }

    public static GoldenNet of(String name) throws IOException {
        return new GoldenNet(
                SafeTensors.read(GoldenFiles.file(name + ".io.safetensors")),
                SafeTensors.read(GoldenFiles.file(name + ".weights.safetensors"))
                        .tensors());
    }

    private SongUNetConfig song() {
        int size = size("x", 3);
        List<Integer> resolutions = new ArrayList<>();
        for (int r = size; weights.containsKey("model.enc." + r + "x" + r + "_block0.norm0.weight"); r /= 2) {
            resolutions.add(r);
        }
        int channels = length("model.enc." + size + "x" + size + "_conv.weight", 0);
        return new SongUNetConfig(
                size,
                size("x", 1),
                1,
                weights.containsKey("model.map_label.weight") ? length("model.map_label.weight", 1) : 0,
                channels,
                resolutions.stream()
                        .map(r -> length("model.enc." + r + "x" + r + "_block0.conv1.weight", 0) / channels)
                        .toList(),
                count("model\\.enc\\." + size + "x" + size + "_block\\d+\\.conv1\\.weight"),
                resolutions.stream()
                        .filter(r -> weights.containsKey("model.enc." + r + "x" + r + "_block0.qkv.weight"))
                        .toList(),
                weights.containsKey("model.map_noise.freqs") ? Variant.NCSNPP : Variant.DDPMPP,
                weights.containsKey("model.map_layer0_s.weight"),
                weights.containsKey("model.map_augment.weight") ? length("model.map_augment.weight", 1) : 0);
    }

    private AdmUNetConfig adm(int headChannels) {
        int levels = 1 + count("output_blocks\\.\\d+\\.[12]\\.in_layers\\.2\\.weight");
        int stages = count("output_blocks\\.\\d+\\.0\\.in_layers\\.2\\.weight") / levels;
        int channels = length("time_embed.0.weight", 1);
        List<Integer> mult = new ArrayList<>();
        List<Integer> attention = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            String block = "output_blocks." + (levels - 1 - level) * stages;
            mult.add(length(block + ".0.out_layers.3.weight", 0) / channels);
            if (weights.containsKey(block + ".1.qkv.weight")) {
                attention.add(size("x", 3) >> level);
            }
        }
        return new AdmUNetConfig(
                size("x", 3),
                size("x", 1),
                length("label_emb.weight", 0),
                channels,
                mult,
                stages - 1,
                attention,
                headChannels,
                weights.containsKey("time_embed_s.0.weight"));
    }

    /** Among the widths that divide the channels, the one whose F is nearest to the recorded one. */
    private AdmUNetConfig nearest() {
        int channels = length("time_embed.0.weight", 1);
        return IntStream.rangeClosed(1, channels)
                .filter(width -> channels % width == 0)
                .mapToObj(this::adm)
                .min(Comparator.comparingDouble(this::distance))
                .orElseThrow();
    }

    private double distance(AdmUNetConfig candidate) {
        ModelSpec spec = spec(candidate);
        float[] recorded = values("F");
        float[] actual = Reading.EAGER.evaluate("network", spec, candidate, weights(), row(scaled("", candidate), 0));
        return IntStream.range(0, actual.length)
                .mapToDouble(i -> Math.abs((double) actual[i] - recorded[i]))
                .max()
                .orElseThrow();
    }

    private int count(String key) {
        Pattern pattern = Pattern.compile(key);
        return (int) weights.keySet().stream()
                .filter(k -> pattern.matcher(k).matches())
                .count();
    }

    private int length(String weight, int axis) {
        return weights.get(weight).shape().get(axis).intValue();
    }

    private int size(String tensor, int axis) {
        return io.tensors().get(tensor).shape().get(axis).intValue();
    }

    /** The network, ready for the thread that calls this. */
    public CtmModel load() {
        return Reading.EMITTED.load(spec(), config, weights());
    }

    public NetworkConfig config() {
        return config;
    }

    public ModelSpec spec() {
        return spec(config);
    }

    private static ModelSpec spec(NetworkConfig config) {
        List<String> labels =
                IntStream.range(0, config.labels()).mapToObj(i -> "class " + i).toList();
        int size = config.imageSize();
        return new ModelSpec(config.imageChannels(), size, size, labels, 0.002, 80, SIGMA_DATA, 7, config.jumps());
    }

    public Map<String, float[]> weights() {
        return new FileWeights(weights, () -> {});
    }

    public boolean has(String name) {
        return io.tensors().containsKey(name);
    }

    /** Names of recorded tensors that start so, without that start. */
    List<String> namesAfter(String start) {
        return io.tensors().keySet().stream()
                .filter(n -> n.startsWith(start))
                .map(n -> n.substring(start.length()))
                .toList();
    }

    public float[] values(String name) {
        return io.tensors().get(name).floats();
    }

    int rows(String group) {
        return size(group + "t", 0);
    }

    /** The recorded cases of one group ("" or "s0/"); a denoiser's s is its t. */
    public JumpBatch batch(String group) {
        return batch(group, config);
    }

    private JumpBatch batch(String group, NetworkConfig config) {
        int rows = rows(group);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = config.labels() == 0 ? JumpBatch.NO_LABEL : (int) values(group + "y")[i];
        }
        float[] t = values(group + "t");
        return new JumpBatch(rows, values(group + "x"), t, config.jumps() ? values(group + "s") : t, labels);
    }

    /** What enters F: c_in x and what the network makes of both times, as recorded. */
    JumpBatch scaled(String group) {
        return scaled(group, config);
    }

    private JumpBatch scaled(String group, NetworkConfig config) {
        JumpBatch batch = batch(group, config);
        String prefix = config instanceof SongUNetConfig ? "c_noise_" : group + "rescaled_";
        float[] x = batch.x().clone();
        int dimension = x.length / batch.rows();
        for (int i = 0; i < x.length; i++) {
            double t = batch.t()[i / dimension];
            x[i] *= (float) (1 / Math.hypot(t, SIGMA_DATA));
        }
        float[] noiseT = has(prefix + "t") ? values(prefix + "t") : logarithms(batch.t());
        return new JumpBatch(batch.rows(), x, noiseT, values(prefix + "s"), batch.labels());
    }

    /** One of the rows of {@link #scaled}. */
    JumpBatch row(int row) {
        return row(scaled(""), row);
    }

    private static JumpBatch row(JumpBatch all, int row) {
        int dimension = all.x().length / all.rows();
        return new JumpBatch(
                1,
                Arrays.copyOfRange(all.x(), row * dimension, (row + 1) * dimension),
                new float[] {all.t()[row]},
                new float[] {all.s()[row]},
                new int[] {all.labels()[row]});
    }

    /** r(t) = 250 ln(t), where it was not recorded. */
    private static float[] logarithms(float[] times) {
        float[] values = new float[times.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (250 * Math.log(times[i]));
        }
        return values;
    }
}
