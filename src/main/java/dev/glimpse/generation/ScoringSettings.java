package dev.glimpse.generation;

/**
 * How much of a server likelihoods may take.
 *
 * @param maxWaiting requests that wait for their turn before more are refused; at least 1
 * @param atOnce requests that are computed at once, each on one device at a time; at least 1
 * @param share weight of a device's time beside the 1 of a model's pictures while both wait, more than 0, at most 1 for
 *     as much
 * @param maxPictures most pictures of a request
 * @param maxProbes most probes of a request
 * @param maxNfe most network evaluations of a request, each probe's derivative counted as another one
 * @param probesPerTurn derivatives that a device takes before others may have it; at least 1
 */
public record ScoringSettings(
        int maxWaiting, int atOnce, double share, int maxPictures, int maxProbes, long maxNfe, int probesPerTurn) {
    public ScoringSettings {
        boolean positive = maxWaiting > 0 && atOnce > 0 && maxPictures > 0 && maxProbes > 0;
        if (!(positive && maxNfe > 0 && probesPerTurn > 0 && share > 0 && share <= 1)) {
            throw new IllegalArgumentException("scoring: " + maxWaiting + " waiting, " + atOnce + " at once, share "
                    + share + ", " + maxPictures + " pictures, " + maxProbes + " probes, " + maxNfe + " NFE, "
                    + probesPerTurn + " probes a turn (expected: all more than 0, share at most 1)");
        }
    }

    /**
     * The network evaluations that a request takes for certain.
     *
     * @throws InvalidFieldException naming the field that asks for too much
     */
    long require(ScoringRequest request) {
        int pictures = request.pictures().size();
        if (pictures > maxPictures) {
            throw new InvalidFieldException("pictures", pictures + " of them", "1.." + maxPictures);
        }
        if (request.method() instanceof ScoringMethod.Bound bound) {
            long each = (long) pictures * bound.nfe();
            if (each * bound.passes() > maxNfe) {
                throw new InvalidFieldException(
                        "bound.passes",
                        bound.passes(),
                        "at most " + maxNfe / each + " with " + pictures + " pictures, as together they may take "
                                + maxNfe + " evaluations");
            }
            return each * bound.passes();
        }
        if (request.method().probes() > maxProbes) {
            throw new InvalidFieldException("ode.probes", request.method().probes(), "1.." + maxProbes);
        }
        return (long) pictures * request.method().nfe();
    }
}
