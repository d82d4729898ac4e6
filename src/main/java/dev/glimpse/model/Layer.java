package dev.glimpse.model;

/**
 * A layer with a weight and a bias, as the network's definition names it.
 *
 * @param name key of its parameters without ".weight" or ".bias"
 * @param in input channels
 * @param out output channels
 * @param kernel width of a convolution's square kernel; 0 for a linear layer
 * @param gain factor on the Xavier-uniform weights at initialisation; biases start at 0
 */
record Layer(String name, int in, int out, int kernel, double gain) {
    static Layer linear(String name, int in, int out) {
        return new Layer(name, in, out, 0, 1);
    }

    static Layer conv(String name, int in, int out, int kernel) {
        return new Layer(name, in, out, kernel, 1);
    }

    Layer withGain(double factor) {
        return new Layer(name, in, out, kernel, factor);
    }

    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }
}
