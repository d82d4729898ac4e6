package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** The distance of two batches of pictures, as a recipe chose it. */
final class Distances {
    private final TrainingOps ops;
    private final Goal.Distance distance;
    private final List<FrozenNetwork> networks;

    /** @param networks what give features, or the one that gives a distance; none for distances between pixels */
    Distances(TrainingOps ops, Goal.Distance distance, List<FrozenNetwork> networks) {
        this.ops = ops;
        this.distance = distance;
        this.networks = networks;
    }

    /** @throws IllegalArgumentException naming the file, if a network is of no use for pictures [1, C, H, W] */
    void requireFit(Shape picture) {
        if (distance instanceof Goal.Distance.Learned learned) {
            networks.get(0).requireDistance(resized(picture, learned.resize()));
        } else if (distance instanceof Goal.Distance.Perceptual perceptual) {
            networks.forEach(network -> network.maps(resized(picture, perceptual.resize())));
        }
    }

    private static Shape resized(Shape picture, int side) {
        return side == 0 ? picture : new Shape(picture.get(0), picture.get(1), side, side);
    }

    /** One distance per picture, [B]. */
    NDArray perPicture(NDManager manager, NDArray a, NDArray b) {
        if (distance instanceof Goal.Distance.PseudoHuber huber) {
            return ops.huber(manager, a, b, huber.c());
        }
        if (distance instanceof Goal.Distance.SquaredError squared) {
            return ops.call(
                    manager, "squared_error", fit(manager, a, squared.resize()), fit(manager, b, squared.resize()));
        }
        if (distance instanceof Goal.Distance.Learned learned) {
            return networks.get(0)
                    .distance(manager, fit(manager, a, learned.resize()), fit(manager, b, learned.resize()));
        }
        Goal.Distance.Perceptual perceptual = (Goal.Distance.Perceptual) distance;
        NDArray[] one = features(manager, ops.resize(manager, a, perceptual.resize()));
        NDArray[] other = features(manager, ops.resize(manager, b, perceptual.resize()));
        NDArray pixels = ops.call(manager, "squared_error", a, b);
        return ops.compareFeatures(manager, one, other, pixels, perceptual.pixelWeight());
    }

    private NDArray fit(NDManager manager, NDArray x, int side) {
        return side == 0 ? x : ops.toUnit(manager, ops.resize(manager, x, side));
    }

    private NDArray[] features(NDManager manager, NDArray x) {
        return networks.stream()
                .flatMap(network -> Arrays.stream(network.features(manager, x)))
                .toArray(NDArray[]::new);
    }
}
