package dev.glimpse.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A small convolutional classifier, written down as TorchScript.
 *
 * <p>At each scale a 3x3 convolution, batch normalisation and SiLU; the next scale sees the maximum of 2 x 2 pixels.
 * The last scale has a second, residual convolution. The mean over its pixels is the feature vector, of which the
 * logits are an affine map. An exported network has its normalisation folded into the convolutions, so that nothing in
 * it depends on a batch's other rows.
 *
 * <p>The exported module's methods, for x [B, C, H, W] float32 in [-1, 1]:
 *
 * <ul>
 *   <li>{@code features(x) -> List[Tensor]}: one map [B, C_i, H_i, W_i] per scale, from the full size down, and at the
 *       end the feature vector [B, F]; differentiable with respect to x
 *   <li>{@code head(f) -> Tensor}: logits [B, classes] of feature vectors [B, F]
 *   <li>{@code logits(x) -> Tensor} and {@code forward(x) -> Tensor}: logits [B, classes]
 * </ul>
 */
public final class ClassifierNetwork {
    /** Member below {@code extra/} of an exported archive that tells what the classifier is. */
    static final String CARD = "classifier.json";

    /** Parameters of a convolution in training: its kernel, and gain and offset of the normalisation. */
    private static final int PER_CONV = 3;

    private static final double NORM_EPSILON = 1e-5;
    private static final double NORM_MOMENTUM = 0.1;
    private static final String CONV = "torch.conv2d(%s, %s, %s, [1, 1], [1, 1], [1, 1], 1)";
    private static final String HALVE = "torch.max_pool2d(%s, [2, 2], [2, 2], [0, 0], [1, 1], False)";

    private static final String UPDATE = """
              def update(self, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], \
            counters: List[Tensor], rate: float, e: List[Tensor], share: float) -> Tensor:
                torch._foreach_add_(counters, 1.0)
                none = annotate(List[Tensor], [])
                torch._fused_adam_(w, g, m, v, none, counters, lr=rate, beta1=0.9, beta2=0.999, weight_decay=0., \
            eps=1.0e-08, amsgrad=False, maximize=False)
                torch._foreach_lerp_(e, w, share)
                return e[0]
            """;

    private final ClassifierConfig config;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Parameter> statistics = new ArrayList<>();
    private final List<String> convolutions = new ArrayList<>();

    public ClassifierNetwork(ClassifierConfig config) {
        this.config = config;
        int in = config.channels();
        for (int scale = 0; scale < config.widths().size(); scale++) {
            declareConv("scale" + scale, in, config.widths().get(scale));
            in = config.widths().get(scale);
        }
        declareConv("residual", in, in);
        // U(-a, a) with a = 1 / sqrt(fan_in): logits start small.
        parameters.add(new Parameter("head.weight", List.of(config.classes(), in), Start.uniform(1 / Math.sqrt(in))));
        parameters.add(new Parameter("head.bias", List.of(config.classes()), Start.constant(0)));
    }

    private void declareConv(String name, int in, int out) {
        convolutions.add(name);
        // He uniform: U(-a, a) with a = sqrt(6 / fan_in).
        parameters.add(
                new Parameter(name + ".weight", List.of(out, in, 3, 3), Start.uniform(Math.sqrt(6.0 / (9 * in)))));
        parameters.add(new Parameter(name + ".gain", List.of(out), Start.constant(1)));
        parameters.add(new Parameter(name + ".offset", List.of(out), Start.constant(0)));
        statistics.add(new Parameter(name + ".mean", List.of(out), Start.constant(0)));
        statistics.add(new Parameter(name + ".variance", List.of(out), Start.constant(1)));
    }

    public ClassifierConfig config() {
        return config;
    }

    /** The parameters in the order of the weight list. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** What the normalisations keep of the pictures they have seen, in the order of the statistics list. */
    public List<Parameter> statistics() {
        return List.copyOf(statistics);
    }

    /**
     * The module that training runs: without weights, which every call brings along as a list in the order of
     * {@link #parameters}, and so it does with the {@link #statistics}.
     *
     * <p>Methods: {@code logits(w, s, x) -> Tensor}, normalised by the statistics; {@code loss(w, s, x, y) -> Tensor},
     * the mean cross entropy against class indices y [B] int64, normalised by the batch, which goes into the
     * statistics; and {@code update(w, g, m, v, counters, rate, e, share) -> Tensor}, one step of Adam along the
     * gradients g, after which the moving average e has gone {@code share} of its way to w.
     */
    public byte[] trainingArchive() {
        String arguments = "w: List[Tensor], s: List[Tensor], x: Tensor, batch: bool";
        IntFunction<String> weight = i -> "w[" + i + "]";
        String methods = features(arguments, ClassifierNetwork::normalised)
                + "  def logits(self, w: List[Tensor], s: List[Tensor], x: Tensor) -> Tensor:\n"
                + "    f = (self).features(w, s, x, False)\n"
                + "    return " + head("f[-1]", weight, parameters.size() - 2) + "\n"
                + "  def loss(self, w: List[Tensor], s: List[Tensor], x: Tensor, y: Tensor) -> Tensor:\n"
                + "    f = (self).features(w, s, x, True)\n"
                + "    return torch.cross_entropy_loss(" + head("f[-1]", weight, parameters.size() - 2) + ", y)\n"
                + UPDATE;
        return TorchScriptArchive.of(methods);
    }

    private static String normalised(String input, int index) {
        int first = PER_CONV * index;
        return "torch.batch_norm(" + String.format(CONV, input, "w[" + first + "]", "None") + ", w[" + (first + 1)
                + "], w[" + (first + 2) + "], s[" + 2 * index + "], s[" + (2 * index + 1) + "], batch, " + NORM_MOMENTUM
                + ", " + NORM_EPSILON + ", False)";
    }

    /**
     * One TorchScript file with weights inside, stored in 16 bits.
     *
     * @param values one float32 array per name of a parameter or statistic
     * @param card what the file tells of itself
     */
    public byte[] archive(Map<String, float[]> values, ClassifierCard card) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < convolutions.size(); i++) {
            Folded folded = fold(convolutions.get(i), values);
            store(tensors, parameters.get(PER_CONV * i).shape(), folded.kernel());
            store(tensors, List.of(folded.bias().length), folded.bias());
        }
        int head = tensors.size();
        for (Parameter parameter : parameters.subList(parameters.size() - 2, parameters.size())) {
            store(tensors, parameter.shape(), values.get(parameter.name()));
        }
        // 6 is PyTorch's number of float32.
        IntFunction<String> stored = i -> "torch.to(self.w" + i + ", 6)";
        String methods = features(
                        "x: Tensor",
                        (input, index) ->
                                String.format(CONV, input, stored.apply(2 * index), stored.apply(2 * index + 1)))
                + "  def head(self, f: Tensor) -> Tensor:\n"
                + "    return " + head("f", stored, head) + "\n"
                + "  def logits(self, x: Tensor) -> Tensor:\n"
                + "    f = (self).features(x)\n"
                + "    return (self).head(f[-1])\n"
                + "  def forward(self, x: Tensor) -> Tensor:\n"
                + "    return (self).logits(x)\n";
        return TorchScriptArchive.of(methods, tensors, Map.of(CARD, card.toJson()));
    }

    private static void store(Map<String, HostTensor> tensors, List<Integer> shape, float... values) {
        List<Long> sizes = shape.stream().map(Integer::longValue).toList();
        tensors.put("w" + tensors.size(), HostTensor.of(values, sizes, ElementType.F16));
    }

    private record Folded(float[] kernel, float[] bias) {}

    /** gain (conv - mean) / sqrt(variance + epsilon) + offset, as one convolution. */
    private static Folded fold(String name, Map<String, float[]> values) {
        float[] kernel = values.get(name + ".weight").clone();
        float[] bias = values.get(name + ".offset").clone();
        int each = kernel.length / bias.length;
        for (int out = 0; out < bias.length; out++) {
            double scale =
                    values.get(name + ".gain")[out] / Math.sqrt(values.get(name + ".variance")[out] + NORM_EPSILON);
            for (int i = out * each; i < (out + 1) * each; i++) {
                kernel[i] *= (float) scale;
            }
            bias[out] -= (float) (values.get(name + ".mean")[out] * scale);
        }
        return new Folded(kernel, bias);
    }

    /** How a convolution with its normalisation is written down. */
    @FunctionalInterface
    private interface Convolution {
        String of(String input, int index);
    }

    private String features(String arguments, Convolution convolution) {
        StringBuilder body = new StringBuilder("  def features(self, " + arguments + ") -> List[Tensor]:\n");
        int scales = config.widths().size();
        for (int scale = 0; scale < scales; scale++) {
            String input = scale == 0 ? "x" : String.format(HALVE, "m" + (scale - 1));
            assign(body, "m" + scale, "torch.silu(" + convolution.of(input, scale) + ")");
        }
        String last = "m" + (scales - 1);
        assign(body, "r", "torch.silu(" + convolution.of(last, scales) + ")");
        assign(body, "m" + scales, "torch.add(" + last + ", r)");
        assign(body, "f", "torch.mean(m" + scales + ", [2, 3])");
        List<String> maps = new ArrayList<>(
                IntStream.range(0, scales - 1).mapToObj(i -> "m" + i).toList());
        maps.add("m" + scales);
        maps.add("f");
        return body + "    return [" + String.join(", ", maps) + "]\n";
    }

    private static void assign(StringBuilder body, String name, String value) {
        body.append("    ").append(name).append(" = ").append(value).append('\n');
    }

    private static String head(String features, IntFunction<String> weight, int first) {
        return "torch.linear(" + features + ", " + weight.apply(first) + ", " + weight.apply(first + 1) + ")";
    }
}
