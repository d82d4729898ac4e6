package dev.glimpse.model;

/**
 * The CTM parametrisation around a raw network F (CTM paper, with the preconditioning of EDM, table 1).
 *
 * <pre>
 * c_in(t) = 1 / sqrt(t^2 + sigma_data^2)
 * c_skip(t) = sigma_data^2 / (t^2 + sigma_data^2)
 * c_out(t) = t sigma_data / sqrt(t^2 + sigma_data^2)
 * g(x, t, s) = c_skip(t) x + c_out(t) F(c_in(t) x, c_noise(t), c_noise(s), label)
 * G(x, t, s) = (s/t) x + (1 - s/t) g(x, t, s)
 * </pre>
 *
 * c_noise is the network's own. Preconditioning depends on t alone; s enters through the network's embedding and the
 * outer blend.
 */
final class Preconditioned {
    private final Network network;
    private final double sigmaData;

    Preconditioned(Network network, double sigmaData) {
        this.network = network;
        this.sigmaData = sigmaData;
    }

    Network network() {
        return network;
    }

    /** g(x, t, s): [B, C, H, W] from x of that shape, t and s [B] and scaled one-hot labels. */
    <T> T denoise(NetworkOps<T> ops, T x, T t, T s, T labels) {
        T total = ops.affine(ops.power(t, 2), 1, sigmaData * sigmaData);
        T scaleIn = ops.power(total, -0.5);
        T scaleSkip = ops.affine(ops.power(total, -1), sigmaData * sigmaData, 0);
        T scaleOut = ops.affine(ops.multiply(t, scaleIn), sigmaData, 0);
        T noiseT = network.noise(ops, t);
        T noiseS = network.config().jumps() ? network.noise(ops, s) : noiseT;
        T raw = network.forward(ops, ops.scaleRows(x, scaleIn), noiseT, noiseS, labels);
        return ops.add(ops.scaleRows(x, scaleSkip), ops.scaleRows(raw, scaleOut));
    }

    /** G(x, t, s), exactly x where s = t. */
    <T> T jump(NetworkOps<T> ops, T x, T t, T s, T labels) {
        T keep = ops.divide(s, t);
        T g = denoise(ops, x, t, s, labels);
        return ops.add(ops.scaleRows(x, keep), ops.scaleRows(g, ops.affine(keep, -1, 1)));
    }
}
