package dev.glimpse.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The reading of a network that writes it down as the body of a TorchScript method.
 *
 * <p>A tensor is the name of a local variable. Parameters are entries of the method's argument {@code w}, a list of
 * tensors in the order of {@link ParameterOps}, so that one module serves any weights of its architecture.
 *
 * <p>Data types appear as PyTorch's numbers: 6 is float32.
 */
final class TorchScriptOps implements NetworkOps<String> {
    private static final int FLOAT32 = 6;
    private static final int BFLOAT16 = 15;

    private final Map<String, Integer> index;
    private final Emission emission;
    private final StringBuilder body = new StringBuilder();
    private int variables;
    private int dropouts;

    TorchScriptOps(List<Parameter> parameters) {
        this(parameters, Emission.EXACT);
    }

    TorchScriptOps(List<Parameter> parameters, Emission emission) {
        this.emission = emission;
        index = IntStream.range(0, parameters.size())
                .boxed()
                .collect(Collectors.toMap(i -> parameters.get(i).name(), i -> i));
    }

    /** A method that returns the given variable after everything written so far. */
    String method(String name, String arguments, String result) {
        return "  def " + name + "(self, " + arguments + ") -> Tensor:\n" + body + "    return " + result + "\n";
    }

    private String assign(String format, Object... values) {
        String variable = "v" + variables++;
        body.append("    ")
                .append(variable)
                .append(" = ")
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
        return variable;
    }

    private String weight(String name) {
        Integer position = index.get(name);
        if (position == null) {
            throw new IllegalStateException("parameter: " + name + " (expected: one the network declared)");
        }
        return "w[" + position + "]";
    }

    @Override
    public String conv(String x, Layer layer) {
        int pad = layer.kernel() / 2;
        String convolved = assign(
                "torch.conv2d(%s, %s, %s, [1, 1], [%d, %d], [1, 1], 1)",
                convolvable(x), convolvable(weight(layer.weight())), convolvable(weight(layer.bias())), pad, pad);
        return emission.bf16() ? assign("torch.to(%s, %d)", convolved, FLOAT32) : convolved;
    }

    private String convolvable(String x) {
        return emission.bf16() ? "torch.to(" + x + ", " + BFLOAT16 + ")" : x;
    }

    /** Number of dropouts written so far, each of which takes a key of its own. */
    int dropouts() {
        return dropouts;
    }

    /*
     * Which activations are dropped follows from a key alone, on every device: place i is kept where a hash of i xor key
     * lies below the share to keep. The hash is Wellons' lowbias32, in 64-bit integers since PyTorch has no unsigned
     * ones.
     */
    @Override
    public String dropout(String x) {
        if (emission.dropout() == 0) {
            return x;
        }
        double keep = 1 - emission.dropout();
        String places = assign(
                "torch.arange(torch.numel(%s), dtype=4, layout=None, device=ops.prim.device(%s), pin_memory=False)",
                x, x);
        String h = assign("torch.bitwise_xor(%s, torch.select(keys, 0, %d))", places, dropouts++);
        h = assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 16))", h, h);
        h = assign("torch.bitwise_and(torch.mul(%s, %d), %d)", h, 0x7feb352dL, 0xFFFFFFFFL);
        h = assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 15))", h, h);
        h = assign("torch.bitwise_and(torch.mul(%s, %d), %d)", h, 0x846ca68bL, 0xFFFFFFFFL);
        h = assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 16))", h, h);
        String kept = assign("torch.reshape(torch.lt(%s, %d), torch.size(%s))", h, (long) (keep * 0x1p32), x);
        return assign("torch.div(torch.mul(%s, %s), %s)", x, kept, keep);
    }

    @Override
    public String linear(String x, Layer layer) {
        return assign("torch.linear(%s, %s, %s)", x, weight(layer.weight()), weight(layer.bias()));
    }

    @Override
    public String groupNorm(String x, Norm norm) {
        return assign(
                "torch.group_norm(%s, %d, %s, %s, %s, True)",
                x, norm.groups(), weight(norm.gain()), weight(norm.bias()), norm.epsilon());
    }

    @Override
    public String silu(String x) {
        return assign("torch.silu(%s)", x);
    }

    @Override
    public String add(String a, String b) {
        return assign("torch.add(%s, %s)", a, b);
    }

    @Override
    public String addPerChannel(String x, String v) {
        return assign("torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))", x, v);
    }

    @Override
    public String scaleRows(String x, String v) {
        return assign("torch.mul(%s, torch.reshape(%s, [-1, 1, 1, 1]))", x, v);
    }

    @Override
    public String multiply(String a, String b) {
        return assign("torch.mul(%s, %s)", a, b);
    }

    @Override
    public String affine(String x, double factor, double offset) {
        String scaled = factor == 1 ? x : assign("torch.mul(%s, %s)", x, factor);
        return offset == 0 ? scaled : assign("torch.add(%s, %s)", scaled, offset);
    }

    @Override
    public String power(String x, double exponent) {
        return assign("torch.pow(%s, %s)", x, exponent);
    }

    @Override
    public String log(String x) {
        return assign("torch.log(%s)", x);
    }

    @Override
    public String sin(String x) {
        return assign("torch.sin(%s)", x);
    }

    @Override
    public String cos(String x) {
        return assign("torch.cos(%s)", x);
    }

    @Override
    public String modulate(String x, String v, int channels) {
        String wide = assign("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)", v);
        String scale = assign("torch.add(torch.slice(%s, 1, 0, %d), 1.)", wide, channels);
        return assign(
                "torch.add(torch.mul(%s, %s), torch.slice(%s, 1, %d, %d))", x, scale, wide, channels, 2 * channels);
    }

    @Override
    public String concat(String a, String b) {
        return assign("torch.cat([%s, %s], 1)", a, b);
    }

    @Override
    public String upsample(String x, Filter filter) {
        if (filter.isBox()) {
            return assign(
                    "torch.upsample_nearest2d(%s, [torch.mul(torch.size(%s, 2), 2), torch.mul(torch.size(%s, 3), 2)])",
                    x, x, x);
        }
        int pad = filter.width() / 2 - 1;
        return assign(
                "torch.conv_transpose2d(%s, %s, None, [2, 2], [%d, %d], [0, 0], torch.size(%s, 1), [1, 1])",
                x, kernel(x, filter, 4), pad, pad, x);
    }

    @Override
    public String downsample(String x, Filter filter) {
        if (filter.isBox()) {
            return assign("torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", x);
        }
        int pad = filter.width() / 2 - 1;
        return smooth(x, filter, "None", pad);
    }

    @Override
    public String convDownsample(String x, Layer layer, Filter filter) {
        int pad = layer.kernel() / 2 + filter.width() / 2 - 1;
        String wide =
                assign("torch.conv2d(%s, %s, None, [1, 1], [%d, %d], [1, 1], 1)", x, weight(layer.weight()), pad, pad);
        return smooth(wide, filter, weight(layer.bias()), 0);
    }

    private String smooth(String x, Filter filter, String bias, int pad) {
        return assign(
                "torch.conv2d(%s, %s, %s, [2, 2], [%d, %d], [1, 1], torch.size(%s, 1))",
                x, kernel(x, filter, 1), bias, pad, pad, x);
    }

    /** The filter's kernel once per channel of x: [C, 1, width, width]. */
    private String kernel(String x, Filter filter, double gain) {
        int width = filter.width();
        return assign(
                "torch.expand(torch.reshape(torch.tensor(%s, dtype=6, device=ops.prim.device(%s)), [1, 1, %d, %d]),"
                        + " [torch.size(%s, 1), 1, %d, %d])",
                Arrays.toString(filter.kernel(gain)), x, width, width, x, width, width);
    }

    @Override
    public String spaceToDepth(String x, int factor) {
        return assign("torch.pixel_unshuffle(%s, %d)", x, factor);
    }

    @Override
    public String depthToSpace(String x, int factor) {
        return assign("torch.pixel_shuffle(%s, %d)", x, factor);
    }

    /*
     * PyTorch's flash kernel for CPUs wants q, k and v with a contiguous last axis. The checkpoint interleaves them per
     * channel, so the rows of the small 1x1 kernel are regrouped once per forward and applied as a linear map to
     * [B, HW, C]: cheaper than any rearrangement of the activations. The result is put back in the order of x: additions
     * and convolutions would hand the channels-last order on, in which PyTorch normalises groups ten times slower.
     */
    @Override
    public String attention(String x, Layer qkv, Layer projection, Heads heads) {
        int c = projection.in();
        String tokens = assign("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", x);
        String kernel = weight(qkv.weight());
        String offset = weight(qkv.bias());
        if (heads.interleaved()) {
            kernel = assign(
                    "torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3, %d]), 0, 1), [%d, %d])",
                    kernel, c, c, 3 * c, c);
            offset = assign("torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3]), 0, 1), [%d])", offset, c, 3 * c);
        } else {
            kernel = assign("torch.flatten(%s, 1, -1)", kernel);
        }
        String mixed = assign(
                "torch.reshape(torch.linear(%s, %s, %s), [torch.size(%s, 0), -1, 3, %d, %d])",
                tokens, kernel, offset, x, heads.count(), c / heads.count());
        String attended = assign(
                "torch.scaled_dot_product_attention(%s, %s, %s)", head(mixed, 0), head(mixed, 1), head(mixed, 2));
        String projected = assign(
                "torch.linear(torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), -1, %d]),"
                        + " torch.flatten(%s, 1, -1), %s)",
                attended, x, c, weight(projection.weight()), weight(projection.bias()));
        return assign(
                "torch.contiguous(torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), %d, torch.size(%s, 2),"
                        + " torch.size(%s, 3)]))",
                projected, x, c, x, x);
    }

    private String head(String mixed, int part) {
        return assign("torch.transpose(torch.select(%s, 2, %d), 1, 2)", mixed, part);
    }

    @Override
    public String angles(String c, int count, int divisor) {
        String frequencies = assign(
                "torch.exp(torch.div(torch.mul(torch.arange(%d, dtype=6, layout=None, device=ops.prim.device(%s),"
                        + " pin_memory=False), %s), %d))",
                count, c, -Math.log(10000), divisor);
        return assign("torch.mul(torch.unsqueeze(%s, 1), %s)", c, frequencies);
    }

    @Override
    public String randomAngles(String c, String name, int count, double scale) {
        return assign(
                "torch.mul(torch.unsqueeze(%s, 1), torch.mul(torch.detach(%s), %s))", c, weight(name), 2 * Math.PI);
    }

    @Override
    public String embedding(String labels, String name, int classes, int channels) {
        return assign("torch.matmul(torch.mul(%s, %s), %s)", labels, 1 / Math.sqrt(classes), weight(name + ".weight"));
    }
}
