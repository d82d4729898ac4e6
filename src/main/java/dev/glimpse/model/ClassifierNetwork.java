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
 * <p>At each scale a 3x3 convolution, group normalisation and SiLU; the next scale sees the mean of 2 x 2 pixels. The
 * last scale has a second, residual convolution. The mean over its pixels is the feature vector, of which the logits
 * are an affine map. Nothing in it depends on a batch's other rows.
 *
 * <p>The module's methods, for x [B, C, H, W] float32 in [-1, 1]:
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

    static final int GROUPS = 8;
    private static final double NORM_EPSILON = 1e-5;
    private static final String CONV = "torch.conv2d(%s, %s, %s, [1, 1], [1, 1], [1, 1], 1)";
    private static final String HALVE = "torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)";

    private final ClassifierConfig config;
    private final List<Parameter> parameters = new ArrayList<>();

    public ClassifierNetwork(ClassifierConfig config) {
        this.config = config;
        int in = config.channels();
        for (int scale = 0; scale < config.widths().size(); scale++) {
            declareConv("scale" + scale, in, config.widths().get(scale));
            in = config.widths().get(scale);
        }
        declareConv("residual", in, in);
        // U(-a, a) with a = 1 / sqrt(fan_in): logits start small.
        parameters.add(new Parameter("head.weight", List.of(config.classes(), in), 1 / Math.sqrt(in), 0));
        parameters.add(new Parameter("head.bias", List.of(config.classes()), 0, 0));
    }

    private void declareConv(String name, int in, int out) {
        // He uniform: U(-a, a) with a = sqrt(6 / fan_in).
        parameters.add(new Parameter(name + ".weight", List.of(out, in, 3, 3), Math.sqrt(6.0 / (9 * in)), 0));
        parameters.add(new Parameter(name + ".bias", List.of(out), 0, 0));
        parameters.add(new Parameter(name + ".norm.weight", List.of(out), 0, 1));
        parameters.add(new Parameter(name + ".norm.bias", List.of(out), 0, 0));
    }

    public ClassifierConfig config() {
        return config;
    }

    /** The parameters in the order of the weight list. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /**
     * The module that training runs: without weights, which every call brings along as a list in the order of
     * {@link #parameters}.
     *
     * <p>Methods: {@code logits(w, x) -> Tensor} and {@code loss(w, x, y) -> Tensor}, the mean cross entropy against
     * class indices y [B] int64.
     */
    public byte[] trainingArchive() {
        String methods = features("w: List[Tensor], x: Tensor", i -> "w[" + i + "]")
                + "  def logits(self, w: List[Tensor], x: Tensor) -> Tensor:\n"
                + "    f = (self).features(w, x)\n"
                + "    return " + head("f[-1]", i -> "w[" + i + "]") + "\n"
                + "  def loss(self, w: List[Tensor], x: Tensor, y: Tensor) -> Tensor:\n"
                + "    return torch.cross_entropy_loss((self).logits(w, x), y)\n";
        return TorchScriptArchive.of(methods);
    }

    /**
     * One TorchScript file with weights inside, stored in 16 bits.
     *
     * @param weights one float32 array per parameter name
     * @param card what the file tells of itself
     */
    public byte[] archive(Map<String, float[]> weights, ClassifierCard card) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            List<Long> shape =
                    parameter.shape().stream().map(Integer::longValue).toList();
            tensors.put("w" + i, HostTensor.of(weights.get(parameter.name()), shape, ElementType.F16));
        }
        // 6 is PyTorch's number of float32.
        IntFunction<String> stored = i -> "torch.to(self.w" + i + ", 6)";
        String methods = features("x: Tensor", stored)
                + "  def head(self, f: Tensor) -> Tensor:\n"
                + "    return " + head("f", stored) + "\n"
                + "  def logits(self, x: Tensor) -> Tensor:\n"
                + "    f = (self).features(x)\n"
                + "    return (self).head(f[-1])\n"
                + "  def forward(self, x: Tensor) -> Tensor:\n"
                + "    return (self).logits(x)\n";
        return TorchScriptArchive.of(methods, tensors, Map.of(CARD, card.toJson()));
    }

    private String features(String arguments, IntFunction<String> weight) {
        StringBuilder body = new StringBuilder("  def features(self, " + arguments + ") -> List[Tensor]:\n");
        int scales = config.widths().size();
        for (int scale = 0; scale < scales; scale++) {
            String input = scale == 0 ? "x" : String.format(HALVE, "m" + (scale - 1));
            assign(body, "m" + scale, convolve(input, scale, weight));
        }
        String last = "m" + (scales - 1);
        assign(body, "r", convolve(last, scales, weight));
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

    /** SiLU(GroupNorm(conv(input))) with the four parameters of convolution number {@code index}. */
    private static String convolve(String input, int index, IntFunction<String> weight) {
        int first = 4 * index;
        String convolved = String.format(CONV, input, weight.apply(first), weight.apply(first + 1));
        return "torch.silu(torch.group_norm(" + convolved + ", " + GROUPS + ", " + weight.apply(first + 2) + ", "
                + weight.apply(first + 3) + ", " + NORM_EPSILON + ", True))";
    }

    private String head(String features, IntFunction<String> weight) {
        int last = parameters.size() - 1;
        return "torch.linear(" + features + ", " + weight.apply(last - 1) + ", " + weight.apply(last) + ")";
    }
}
