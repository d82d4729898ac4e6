package dev.glimpse.model;

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
    private final Map<String, Integer> index;
    private final StringBuilder body = new StringBuilder();
    private int variables;

    TorchScriptOps(List<Parameter> parameters) {
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
        return assign(
                "torch.conv2d(%s, %s, %s, [1, 1], [%d, %d], [1, 1], 1)",
                x, weight(layer.weight()), weight(layer.bias()), pad, pad);
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
    public String concat(String a, String b) {
        return assign("torch.cat([%s, %s], 1)", a, b);
    }

    @Override
    public String upsample(String x) {
        return assign(
                "torch.upsample_nearest2d(%s, [torch.mul(torch.size(%s, 2), 2), torch.mul(torch.size(%s, 3), 2)])",
                x, x, x);
    }

    @Override
    public String downsample(String x) {
        return assign("torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", x);
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
     * [B, HW, C]: cheaper than any rearrangement of the activations.
     */
    @Override
    public String attention(String x, Layer qkv, Layer projection) {
        int c = projection.in();
        String tokens = assign("torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", x);
        String kernel = assign(
                "torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3, %d]), 0, 1), [%d, %d])",
                weight(qkv.weight()), c, c, 3 * c, c);
        String offset = assign(
                "torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3]), 0, 1), [%d])", weight(qkv.bias()), c, 3 * c);
        String mixed = assign(
                "torch.reshape(torch.linear(%s, %s, %s), [torch.size(%s, 0), -1, 3, 1, %d])",
                tokens, kernel, offset, x, c);
        String attended = assign(
                "torch.scaled_dot_product_attention(%s, %s, %s)", head(mixed, 0), head(mixed, 1), head(mixed, 2));
        String projected = assign(
                "torch.linear(torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), -1, %d]),"
                        + " torch.flatten(%s, 1, -1), %s)",
                attended, x, c, weight(projection.weight()), weight(projection.bias()));
        return assign(
                "torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), %d, torch.size(%s, 2),"
                        + " torch.size(%s, 3)])",
                projected, x, c, x, x);
    }

    private String head(String mixed, int part) {
        return assign("torch.transpose(torch.select(%s, 2, %d), 1, 2)", mixed, part);
    }

    @Override
    public String sinusoid(String c, int channels) {
        int half = channels / 2;
        String frequencies = assign(
                "torch.exp(torch.mul(torch.arange(%d, dtype=6, layout=None, device=ops.prim.device(%s),"
                        + " pin_memory=False), %s))",
                half, c, -Math.log(10000) / (half - 1));
        String angles = assign("torch.mul(torch.unsqueeze(%s, 1), %s)", c, frequencies);
        return assign("torch.cat([torch.sin(%s), torch.cos(%s)], 1)", angles, angles);
    }
}
