package dev.glimpse.model;

import java.util.function.UnaryOperator;

/**
 * Attention over the pixels, as TorchScript.
 *
 * <p>PyTorch's flash kernel for CPUs wants q, k and v with a contiguous last axis. Checkpoints may interleave them per
 * channel, so the rows of the small 1x1 kernel are regrouped once per forward and applied as a linear map to [B, HW,
 * C]: cheaper than any rearrangement of the activations.
 */
final class TorchScriptAttention {
    private final MethodBody body;
    private final UnaryOperator<String> weight;

    TorchScriptAttention(MethodBody body, UnaryOperator<String> weight) {
        this.body = body;
        this.weight = weight;
    }

    /*
     * The result is put back in the order of x: additions and convolutions would hand the channels-last order on, in
     * which PyTorch normalises groups ten times slower.
     */
    String attention(String x, Layer qkv, Layer projection, Heads heads) {
        int c = projection.in();
        String mixed = mixed(x, qkv, c, heads);
        String outer = body.assign("torch.flatten(%s, 1, -1)", weight.apply(projection.weight()));
        String projected = body.assignLike(
                x,
                "torch.linear(torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), -1, %d]), %s, %s)",
                attended(mixed),
                x,
                c,
                body.fit(x, outer),
                body.fit(x, weight.apply(projection.bias())));
        return body.assignLike(
                x,
                "torch.contiguous(torch.reshape(torch.transpose(%s, 1, 2), [torch.size(%s, 0), %d, torch.size(%s, 2),"
                        + " torch.size(%s, 3)]))",
                projected,
                x,
                c,
                x,
                x);
    }

    /** The queries, keys and values of every pixel: [B, HW, 3, heads, C / heads]. */
    private String mixed(String x, Layer qkv, int c, Heads heads) {
        String kernel = weight.apply(qkv.weight());
        String offset = weight.apply(qkv.bias());
        if (heads.interleaved()) {
            kernel = body.assign(
                    "torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3, %d]), 0, 1), [%d, %d])",
                    kernel, c, c, 3 * c, c);
            offset = body.assign(
                    "torch.reshape(torch.transpose(torch.reshape(%s, [%d, 3]), 0, 1), [%d])", offset, c, 3 * c);
        } else {
            kernel = body.assign("torch.flatten(%s, 1, -1)", kernel);
        }
        String tokens = body.assignLike(x, "torch.transpose(torch.flatten(%s, 2, -1), 1, 2)", x);
        return body.assignLike(
                x,
                "torch.reshape(torch.linear(%s, %s, %s), [torch.size(%s, 0), -1, 3, %d, %d])",
                tokens,
                body.fit(x, kernel),
                body.fit(x, offset),
                x,
                heads.count(),
                c / heads.count());
    }

    /** On CPUs always in float32, where bfloat16 makes the kernel's gradient four times slower. */
    private String attended(String mixed) {
        String call = "torch.scaled_dot_product_attention(%s, %s, %s)";
        if (!body.isHalf(mixed)) {
            return body.assign(call, head(mixed, 0), head(mixed, 1), head(mixed, 2));
        }
        String wide = body.assign("torch.to(%s, %s)", mixed, body.halfOnGpu(mixed));
        String attended = body.assign(call, head(wide, 0), head(wide, 1), head(wide, 2));
        return body.assignHalf("%s", body.half(attended));
    }

    private String head(String mixed, int part) {
        return body.assign("torch.transpose(torch.select(%s, 2, %d), 1, 2)", mixed, part);
    }
}
