package dev.glimpse.model;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The reading of a network that writes it down as the body of a TorchScript method.
 *
 * <p>A tensor is the name of a local variable. Parameters are entries of the method's argument {@code w}, a list of
 * tensors in the order of {@link ParameterOps}, so that one module serves any weights of its architecture.
 *
 * <p>Where the emission asks for bfloat16, what a convolution gives stays in it through all that follows until a tensor
 * in float32 joins in: half the memory to move, as in mixed precision training of EDM. Vectors of the embedding and
 * weights stay in float32, and so does the picture until the first convolution has taken it in: two that differ by the
 * noise of the smallest times alone are one in bfloat16, which has fewer digits than the float16 of EDM. Data types
 * appear as PyTorch's numbers: 6 is float32, 15 bfloat16.
 */
final class TorchScriptOps implements NetworkOps<String> {
    private final Map<String, Integer> index;
    private final Emission emission;
    private final MethodBody body = new MethodBody();
    private final TorchScriptResampling resampling = new TorchScriptResampling(body, this::weight);
    private int dropouts;

    /** Whether the first convolution is written, which is the one of the picture. */
    private boolean pictureTaken;

    TorchScriptOps(List<Parameter> parameters, Emission emission) {
        this.emission = emission;
        index = IntStream.range(0, parameters.size())
                .boxed()
                .collect(Collectors.toMap(i -> parameters.get(i).name(), i -> i));
    }

    /**
     * A method that returns the given variable, after everything written so far, in float32 and the order of its axes.
     */
    String method(String name, String arguments, String result) {
        return body.method(name, arguments, "torch.contiguous(" + body.single(result) + ")");
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
        String call = "torch.conv2d(%s, %s, %s, [1, 1], [%d, %d], [1, 1], 1)";
        String kernel = weight(layer.weight());
        String bias = weight(layer.bias());
        if (!emission.bf16()) {
            return body.assign(call, x, kernel, bias, pad, pad);
        }
        if (!pictureTaken) {
            pictureTaken = true;
            return body.assignHalf("%s", body.half(body.assign(call, x, kernel, bias, pad, pad)));
        }
        return body.assignHalf(call, body.half(x), body.half(kernel), body.half(bias), pad, pad);
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
        String places = body.assign(
                "torch.arange(torch.numel(%s), dtype=4, layout=None, device=ops.prim.device(%s), pin_memory=False)",
                x, x);
        String h = body.assign("torch.bitwise_xor(%s, torch.select(keys, 0, %d))", places, dropouts++);
        h = body.assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 16))", h, h);
        h = body.assign("torch.bitwise_and(torch.mul(%s, %d), %d)", h, 0x7feb352dL, 0xFFFFFFFFL);
        h = body.assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 15))", h, h);
        h = body.assign("torch.bitwise_and(torch.mul(%s, %d), %d)", h, 0x846ca68bL, 0xFFFFFFFFL);
        h = body.assign("torch.bitwise_xor(%s, torch.bitwise_right_shift(%s, 16))", h, h);
        String kept = body.assign("torch.reshape(torch.lt(%s, %d), torch.size(%s))", h, (long) (keep * 0x1p32), x);
        return body.assignLike(x, "torch.div(torch.mul(%s, %s), %s)", x, kept, keep);
    }

    @Override
    public String linear(String x, Layer layer) {
        return body.assign("torch.linear(%s, %s, %s)", x, weight(layer.weight()), weight(layer.bias()));
    }

    @Override
    public String groupNorm(String x, Norm norm) {
        return body.assignLike(
                x,
                "torch.group_norm(%s, %d, %s, %s, %s, True)",
                x,
                norm.groups(),
                normalising(x, weight(norm.gain())),
                normalising(x, weight(norm.bias())),
                norm.epsilon());
    }

    /** CUDA's kernel wants one type; the one for CPUs keeps its statistics in the type of its weights. */
    private String normalising(String x, String weight) {
        return body.isHalf(x) ? body.assign("torch.to(%s, %s)", weight, body.halfOnGpu(x)) : weight;
    }

    @Override
    public String silu(String x) {
        return body.assignLike(x, "torch.silu(%s)", x);
    }

    @Override
    public String add(String a, String b) {
        return joined(a, b, "torch.add(%s, %s)");
    }

    private String joined(String a, String b, String call) {
        return body.isHalf(a) && body.isHalf(b)
                ? body.assignHalf(call, a, b)
                : body.assign(call, body.single(a), body.single(b));
    }

    @Override
    public String addPerChannel(String x, String v) {
        return body.assignLike(x, "torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))", x, body.fit(x, v));
    }

    @Override
    public String scaleRows(String x, String v) {
        return body.assign("torch.mul(%s, torch.reshape(%s, [-1, 1, 1, 1]))", body.single(x), v);
    }

    @Override
    public String multiply(String a, String b) {
        return body.assign("torch.mul(%s, %s)", a, b);
    }

    @Override
    public String divide(String a, String b) {
        return body.assign("torch.div(%s, %s)", a, b);
    }

    @Override
    public String affine(String x, double factor, double offset) {
        String scaled = factor == 1 ? x : body.assignLike(x, "torch.mul(%s, %s)", x, factor);
        return offset == 0 ? scaled : body.assignLike(x, "torch.add(%s, %s)", scaled, offset);
    }

    @Override
    public String power(String x, double exponent) {
        return body.assign("torch.pow(%s, %s)", x, exponent);
    }

    @Override
    public String log(String x) {
        return body.assign("torch.log(%s)", x);
    }

    @Override
    public String sin(String x) {
        return body.assign("torch.sin(%s)", x);
    }

    @Override
    public String cos(String x) {
        return body.assign("torch.cos(%s)", x);
    }

    @Override
    public String modulate(String x, String v, int channels) {
        String wide = body.assign("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)", v);
        String scale = body.assign("torch.add(torch.slice(%s, 1, 0, %d), 1.)", wide, channels);
        String shift = body.assign("torch.slice(%s, 1, %d, %d)", wide, channels, 2 * channels);
        return body.assignLike(x, "torch.add(torch.mul(%s, %s), %s)", x, body.fit(x, scale), body.fit(x, shift));
    }

    @Override
    public String concat(String a, String b) {
        return joined(a, b, "torch.cat([%s, %s], 1)");
    }

    @Override
    public String upsample(String x, Filter filter) {
        return resampling.upsample(x, filter);
    }

    @Override
    public String downsample(String x, Filter filter) {
        return resampling.downsample(x, filter);
    }

    @Override
    public String convDownsample(String x, Layer layer, Filter filter) {
        return resampling.convDownsample(x, layer, filter);
    }

    @Override
    public String spaceToDepth(String x, int factor) {
        return body.assignLike(x, "torch.pixel_unshuffle(%s, %d)", x, factor);
    }

    @Override
    public String depthToSpace(String x, int factor) {
        return body.assignLike(x, "torch.pixel_shuffle(%s, %d)", x, factor);
    }

    @Override
    public String attention(String x, Layer qkv, Layer projection, Heads heads) {
        return new TorchScriptAttention(body, this::weight).attention(x, qkv, projection, heads);
    }

    @Override
    public String angles(String c, int count, int divisor) {
        String frequencies = body.assign(
                "torch.exp(torch.div(torch.mul(torch.arange(%d, dtype=6, layout=None, device=ops.prim.device(%s),"
                        + " pin_memory=False), %s), %d))",
                count, c, -Math.log(10000), divisor);
        return body.assign("torch.mul(torch.unsqueeze(%s, 1), %s)", c, frequencies);
    }

    @Override
    public String randomAngles(String c, String name, int count, double scale) {
        return body.assign(
                "torch.mul(torch.unsqueeze(%s, 1), torch.mul(torch.detach(%s), %s))", c, weight(name), 2 * Math.PI);
    }

    @Override
    public String embedding(String labels, String name, int classes, int channels) {
        return body.assign(
                "torch.matmul(torch.mul(%s, %s), %s)", labels, 1 / Math.sqrt(classes), weight(name + ".weight"));
    }
}
