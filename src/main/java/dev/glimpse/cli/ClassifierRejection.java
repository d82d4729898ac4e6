package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.FeatureSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Classifier-rejection sampling: of more samples of a class than are wanted, those are kept that a classifier is surest
 * of (spec 5.2; the CTM paper reports ImageNet 64 with it).
 *
 * @param ratio samples that are left out for each that is kept, above 0; fewer where they would not be whole ones
 * @param classifier that names the model's classes
 */
record ClassifierRejection(double ratio, FeatureSource classifier) {
    /** How many samples are drawn, so that some are left. */
    int drawn(int kept) {
        return drawn(kept, ratio);
    }

    private static int drawn(int kept, double ratio) {
        // In decimals, as the ratio was written: 50 * (1 + 1.3) is less than 115 in binary ones.
        BigDecimal drawn = BigDecimal.valueOf(ratio).add(BigDecimal.ONE).multiply(BigDecimal.valueOf(kept));
        return drawn.setScale(0, RoundingMode.FLOOR).intValueExact();
    }

    /**
     * The rows that a classifier is surest of, in the order of the rows; of equal ones the earlier.
     *
     * @param doubts 1 - p(y|x) of the class y that was asked for, of each row
     * @param kept how many, at most the rows
     */
    static int[] surest(double[] doubts, int kept) {
        return IntStream.range(0, doubts.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> doubts[row]))
                .limit(kept)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    /** As a run's description has it. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("ratio", ratio);
        json.addProperty("classifier", classifier.description());
        json.addProperty("classifier_sha256", classifier.sha256());
        return json;
    }

    /**
     * Adds how many samples of each setting were drawn and kept. Each block draws whole ones, so the ratio alone does
     * not tell.
     *
     * @param described the rule, as {@link #toJson} has it
     * @param kept samples of the run
     * @param classes of the model
     */
    static void count(JsonObject described, int kept, int classes) {
        double ratio = described.get("ratio").getAsDouble();
        SampleBlocks blocks = new SampleBlocks.Groups(kept, classes);
        long drawn = IntStream.range(0, blocks.count())
                .mapToLong(block -> drawn(blocks.first(block + 1) - blocks.first(block), ratio))
                .sum();
        described.addProperty("drawn", drawn);
        described.addProperty("kept", kept);
    }

    /**
     * What a report says of it.
     *
     * @param described the rule, as {@link #toJson} has it, and {@link #count}
     * @param featuresSha256 checksum of the network by whose features and classes the report judges
     */
    static String told(JsonObject described, String featuresSha256) {
        String judge = described.get("classifier_sha256").getAsString().equals(featuresSha256)
                ? "; it computes the features, too, so class accuracy is its own opinion of its choice"
                : "";
        return "of " + described.get("drawn").getAsString() + " samples drawn at each setting, "
                + described.get("kept").getAsString() + " are kept (ratio "
                + described.get("ratio").getAsString() + "): those of their class that "
                + described.get("classifier").getAsString() + " is surest of" + judge;
    }
}
