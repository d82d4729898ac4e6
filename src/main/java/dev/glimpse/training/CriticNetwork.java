package dev.glimpse.training;

import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Critics of projected features (Sauer et al., 2021), written down as TorchScript: a random, frozen projection mixes
 * the maps of a feature network from coarse to fine, and one critic looks at each mixture.
 *
 * <p>With maps m_1 (finest) to m_M, channels K 2^(i-1): c_i = conv1x1(m_i); y_M = c_M, y_i = c_i + x_(i+1), where x_i
 * is y_i at the size of m_(i-1) (twice its own for i = 1), bilinear with aligned corners, through a 1x1 convolution.
 * The critic of x_i halves it by spectrally normalised 4x4 convolutions with batch normalisation and leaky rectifiers
 * until it is at most 7 wide, and ends in a 4x4 convolution to one channel.
 *
 * <p>Methods of the module: {@code logits(w, p, u, v, maps)}, {@code hinge(real, fake)}, {@code persuade(fake)} and
 * {@code power(w, u, v)}, one step of the power iteration whose vectors u and v give a weight's spectral norm.
 */
final class CriticNetwork {
    private static final int LAST_WIDTH = 7;
    private static final String TAIL = """
              def hinge(self, real: Tensor, fake: Tensor) -> Tensor:
                r = torch.mean(torch.relu(torch.rsub(real, 1)))
                return torch.add(r, torch.mean(torch.relu(torch.add(fake, 1))))
              def persuade(self, fake: Tensor) -> Tensor:
                return torch.neg(torch.mean(fake))
              def power(self, w: List[Tensor], u: List[Tensor], v: List[Tensor]) -> Tensor:
                for i in range(torch.len(w)):
                  a = torch.flatten(w[i], 1, -1)
                  x = torch.mv(torch.transpose(a, 0, 1), u[i])
                  torch.copy_(v[i], torch.div(x, torch.add(torch.linalg_vector_norm(x, 2), 1.0e-12)))
                  y = torch.mv(a, v[i])
                  torch.copy_(u[i], torch.div(y, torch.add(torch.linalg_vector_norm(y, 2), 1.0e-12)))
                return u[0]
            """;

    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Parameter> projections = new ArrayList<>();
    private final List<Integer> normalised = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final String source;

    /**
     * @param maps shapes [1, C, H, W] of a picture's feature maps, from fine to coarse
     * @param width K, channels of the finest projection
     */
    CriticNetwork(List<Shape> maps, int width) {
        List<String> logits = new ArrayList<>();
        String mixed = "";
        int last = width << (maps.size() - 1);
        for (int i = maps.size() - 1; i >= 0; i--) {
            int channels = width << i;
            Shape map = maps.get(i);
            assign("c" + i, project("m[" + i + "]", (int) map.get(1), channels));
            String sum = mixed.isEmpty() ? "c" + i : "torch.add(c" + i + ", " + mixed + ")";
            long height = i == 0 ? 2 * map.get(2) : maps.get(i - 1).get(2);
            long wide = i == 0 ? 2 * map.get(3) : maps.get(i - 1).get(3);
            assign(
                    "g" + i,
                    String.format(
                            Locale.ROOT,
                            "torch.upsample_bilinear2d(%s, [%d, %d], True, None, None)",
                            sum,
                            height,
                            wide));
            int out = Math.max(width, channels / 2);
            mixed = "x" + i;
            assign(mixed, project("g" + i, channels, out));
            logits.add(critic(i, out, Math.max(8 * width, last), Math.min(height, wide)));
        }
        source = "  def logits(self, w: List[Tensor], p: List[Tensor], u: List[Tensor], v: List[Tensor],"
                + " m: List[Tensor]) -> Tensor:\n" + body + "    return torch.cat([" + String.join(", ", logits)
                + "], 1)\n" + TAIL;
    }

    private String project(String x, int in, int out) {
        double spread = 1 / Math.sqrt(in);
        projections.add(uniform("projection" + projections.size(), List.of(out, in, 1, 1), spread));
        return "torch.conv2d(" + x + ", p[" + (projections.size() - 1) + "], None, [1, 1], [0, 0], [1, 1], 1)";
    }

    /** One critic: halvings up to {@code widest} channels, then logits [B, n]. */
    private String critic(int index, int in, int widest, long size) {
        int blocks = 0;
        long end = size;
        while (end > LAST_WIDTH) {
            end /= 2;
            blocks++;
        }
        TrainingRecipe.require(end >= 4, "features", "a map of side " + size + " after projection", "at least 4");
        String x = "x" + index;
        int channels = in;
        for (int block = 0; block < blocks; block++) {
            int out = Math.max(in, widest >> (blocks - 1 - block));
            String name = "critic" + index + ".block" + block;
            String weight = convolution(name, channels, out);
            String bias = declare(uniform(name + ".bias", List.of(out), 1 / Math.sqrt(16.0 * channels)));
            String gain = declare(
                    new Parameter(name + ".norm.weight", List.of(out), new Start(Start.Law.UNIFORM, 1, 0), true));
            String shift = declare(uniform(name + ".norm.bias", List.of(out), 0));
            String h = "h" + index + "_" + block;
            assign(h, "torch.conv2d(" + x + ", " + weight + ", " + bias + ", [2, 2], [1, 1], [1, 1], 1)");
            assign(h, "torch.batch_norm(" + h + ", " + gain + ", " + shift + ", None, None, True, 0.1, 1.0e-05, True)");
            assign(h, "torch.leaky_relu(" + h + ", 0.2)");
            x = h;
            channels = out;
        }
        String weight = convolution("critic" + index + ".last", channels, 1);
        return "torch.flatten(torch.conv2d(" + x + ", " + weight + ", None, [1, 1], [0, 0], [1, 1], 1), 1, -1)";
    }

    /** A 4x4 convolution's weight divided by its spectral norm u^T W v. */
    private String convolution(String name, int in, int out) {
        String weight = declare(uniform(name + ".weight", List.of(out, in, 4, 4), 1 / Math.sqrt(16.0 * in)));
        int j = normalised.size();
        normalised.add(parameters.size() - 1);
        return "torch.div(" + weight + ", torch.dot(u[" + j + "], torch.mv(torch.flatten(" + weight + ", 1, -1), v[" + j
                + "])))";
    }

    private static Parameter uniform(String name, List<Integer> shape, double spread) {
        return new Parameter(name, shape, new Start(Start.Law.UNIFORM, 0, spread), true);
    }

    private String declare(Parameter parameter) {
        parameters.add(parameter);
        return "w[" + (parameters.size() - 1) + "]";
    }

    private void assign(String name, String value) {
        body.append("    ").append(name).append(" = ").append(value).append('\n');
    }

    /** The trained tensors, in the order of the list w. */
    List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** The frozen tensors, in the order of the list p. */
    List<Parameter> projections() {
        return List.copyOf(projections);
    }

    /** Places in {@link #parameters} of the weights that u and v belong to, in their order. */
    List<Integer> normalised() {
        return List.copyOf(normalised);
    }

    /** The module's methods. */
    String source() {
        return source;
    }
}
