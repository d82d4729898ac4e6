package dev.glimpse.model;

/**
 * A group normalisation, as the network's definition names it.
 *
 * @param name key of its gain (".weight") and bias (".bias")
 * @param channels of the image it normalises
 * @param groups number of groups, a divisor of {@code channels}
 * @param epsilon added to the variance
 */
record Norm(String name, int channels, int groups, double epsilon) {
    Norm {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(
                    "channels: " + channels + " in " + name + " (expected: a multiple of its " + groups
                            + " groups; choose other model_channels or channel_mult)");
        }
    }

    String gain() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }
}
