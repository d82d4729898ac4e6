package dev.glimpse.model;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Doubling and halving of the resolution through a {@link Filter}, as TorchScript. */
final class TorchScriptResampling {
    private final MethodBody body;
    private final UnaryOperator<String> weight;

    TorchScriptResampling(MethodBody body, UnaryOperator<String> weight) {
        this.body = body;
        this.weight = weight;
    }

    String upsample(String x, Filter filter) {
        if (filter.isBox()) {
            return body.assignLike(
                    x,
                    "torch.upsample_nearest2d(%s, [torch.mul(torch.size(%s, 2), 2), torch.mul(torch.size(%s, 3), 2)])",
                    x,
                    x,
                    x);
        }
        int pad = filter.width() / 2 - 1;
        return body.assignLike(
                x,
                "torch.conv_transpose2d(%s, %s, None, [2, 2], [%d, %d], [0, 0], torch.size(%s, 1), [1, 1])",
                x,
                kernel(x, filter, 4),
                pad,
                pad,
                x);
    }

    String downsample(String x, Filter filter) {
        if (filter.isBox()) {
            return body.assignLike(x, "torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", x);
        }
        int pad = filter.width() / 2 - 1;
        return smooth(x, filter, "None", pad);
    }

    String convDownsample(String x, Layer layer, Filter filter) {
        int pad = layer.kernel() / 2 + filter.width() / 2 - 1;
        String wide = body.assign(
                "torch.conv2d(%s, %s, None, [1, 1], [%d, %d], [1, 1], 1)",
                body.single(x), weight.apply(layer.weight()), pad, pad);
        return smooth(wide, filter, weight.apply(layer.bias()), 0);
    }

    private String smooth(String x, Filter filter, String bias, int pad) {
        return body.assignLike(
                x,
                "torch.conv2d(%s, %s, %s, [2, 2], [%d, %d], [1, 1], torch.size(%s, 1))",
                x,
                kernel(x, filter, 1),
                bias,
                pad,
                pad,
                x);
    }

    /** The filter's kernel once per channel of x: [C, 1, width, width]. */
    private String kernel(String x, Filter filter, double gain) {
        int width = filter.width();
        String kernel = body.assign(
                "torch.expand(torch.reshape(torch.tensor(%s, dtype=6, device=ops.prim.device(%s)), [1, 1, %d, %d]),"
                        + " [torch.size(%s, 1), 1, %d, %d])",
                Arrays.toString(filter.kernel(gain)), x, width, width, x, width, width);
        return body.fit(x, kernel);
    }
}
