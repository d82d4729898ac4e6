package dev.glimpse.model;

import dev.glimpse.math.KarrasGrid;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a person may have to tell of a checkpoint, since its keys and shapes can't.
 *
 * @param entry path of the state dict to take where a file holds several; empty for the only one, or the moving average
 * @param imageSize height and width of a picture; empty for what the keys tell, or for ADM 64
 * @param headChannels channels of one attention head of an ADM network; empty for 64
 * @param labels names of the classes by index; empty for the names of CIFAR-10, or the indices
 * @param precision how the weights will be stored, which must not make any of them infinite
 * @param times smallest time, largest time, standard deviation of the data, and curvature of the grid
 */
public record ImportSettings(
        Optional<String> entry,
        OptionalInt imageSize,
        OptionalInt headChannels,
        List<String> labels,
        Precision precision,
        Times times) {
    public ImportSettings {
        labels = List.copyOf(labels);
    }

    /** Settings that suit every official checkpoint. */
    public static ImportSettings official() {
        return new ImportSettings(
                Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), List.of(), Precision.F32, Times.official());
    }

    /**
     * The times between which a model was trained.
     *
     * @param sigmaMin where a picture is finished
     * @param sigmaMax pure noise
     * @param sigmaData standard deviation of the data, for preconditioning
     * @param rho curvature of the Karras grid
     */
    public record Times(double sigmaMin, double sigmaMax, double sigmaData, double rho) {
        private static final int SMALL_GRID = 8;

        public Times {
            NetworkConfig.require(sigmaMin > 0, "sigma_min", sigmaMin, "above 0");
            NetworkConfig.require(
                    sigmaMax > sigmaMin && sigmaMax < Double.POSITIVE_INFINITY,
                    "sigma_max",
                    sigmaMax,
                    "above sigma_min " + sigmaMin);
            NetworkConfig.require(
                    sigmaData > 0 && sigmaData < Double.POSITIVE_INFINITY, "sigma_data", sigmaData, "above 0");
            NetworkConfig.require(rho > 0 && rho < Double.POSITIVE_INFINITY, "rho", rho, "above 0");
            requireInFloats(sigmaMin, sigmaMax, sigmaData, rho);
        }

        /** Networks compute with float32, and with the squares of the largest time and of the deviation. */
        private static void requireInFloats(double sigmaMin, double sigmaMax, double sigmaData, double rho) {
            NetworkConfig.require((float) sigmaMin > 0, "sigma_min", sigmaMin, "a float32 above 0");
            NetworkConfig.require(holdsSquare(sigmaMax), "sigma_max", sigmaMax, "a float32 with a finite square");
            NetworkConfig.require(
                    holdsSquare(sigmaData) && (float) (sigmaData * sigmaData) > 0,
                    "sigma_data",
                    sigmaData,
                    "a float32 with a finite square above 0");
            double[] knots = new KarrasGrid(sigmaMin, sigmaMax, rho).knots(SMALL_GRID);
            for (int i = 1; i < knots.length; i++) {
                NetworkConfig.require(
                        (float) knots[i] < (float) knots[i - 1],
                        "rho",
                        rho,
                        "such that times fall from sigma_max " + sigmaMax + " to sigma_min " + sigmaMin);
            }
        }

        private static boolean holdsSquare(double value) {
            return (float) (value * value) < Float.POSITIVE_INFINITY;
        }

        /** EDM paper, table 1 and section 5, as every CTM of the authors uses them. */
        public static Times official() {
            return new Times(0.002, 80, 0.5, 7);
        }
    }
}
