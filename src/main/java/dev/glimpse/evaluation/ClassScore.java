package dev.glimpse.evaluation;

/**
 * How surely and how variedly a network names the classes of pictures (Salimans et al., 2016): exp of the mean of
 * KL(p(y|x) || p(y)), for each of several splits. Computed by Inception it is the Inception score.
 *
 * <p>Not thread-safe.
 */
public final class ClassScore {
    private final long[] counts;
    private final double[] negativeEntropy;
    private final double[] mass;
    private final int classes;

    /**
     * Mean and standard deviation over splits.
     *
     * @param mean from 1 (nothing told apart) to the number of classes
     * @param deviation of the splits' scores from it
     */
    public record Score(double mean, double deviation) {}

    /** @param splits parts that are scored apart, at least 1 */
    public ClassScore(int splits, int classes) {
        this(new long[splits], new double[splits], new double[splits * classes], classes);
    }

    private ClassScore(long[] counts, double[] negativeEntropy, double[] mass, int classes) {
        this.counts = counts;
        this.negativeEntropy = negativeEntropy;
        this.mass = mass;
        this.classes = classes;
    }

    /**
     * Adds a picture.
     *
     * @param probabilities holds those of the picture from {@code offset}, as many as there are classes
     */
    public void add(int split, float[] probabilities, int offset) {
        counts[split]++;
        for (int i = 0; i < classes; i++) {
            double p = probabilities[offset + i];
            mass[split * classes + i] += p;
            negativeEntropy[split] += p > 0 ? p * Math.log(p) : 0;
        }
    }

    void merge(ClassScore other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
            negativeEntropy[i] += other.negativeEntropy[i];
        }
        for (int i = 0; i < mass.length; i++) {
            mass[i] += other.mass[i];
        }
    }

    /** The score over those splits that have pictures. */
    public Score score() {
        double sum = 0;
        double squares = 0;
        int used = 0;
        for (int split = 0; split < counts.length; split++) {
            if (counts[split] > 0) {
                double score = score(split);
                sum += score;
                squares += score * score;
                used++;
            }
        }
        double mean = sum / used;
        return new Score(mean, Math.sqrt(Math.max(0, squares / used - mean * mean)));
    }

    /** With p(y) the mean of p(y|x): the mean KL is mean(sum p(y|x) ln p(y|x)) - sum p(y) ln p(y). */
    private double score(int split) {
        double divergence = negativeEntropy[split] / counts[split];
        for (int i = 0; i < classes; i++) {
            double p = mass[split * classes + i] / counts[split];
            divergence -= p > 0 ? p * Math.log(p) : 0;
        }
        return Math.exp(divergence);
    }

    void write(TensorList list) {
        list.put("score.counts", counts);
        list.put("score.negative_entropy", negativeEntropy);
        list.put("score.mass", mass);
    }

    static ClassScore read(TensorTable table) {
        long[] counts = table.longs("score.counts");
        double[] mass = table.doubles("score.mass");
        return new ClassScore(counts, table.doubles("score.negative_entropy"), mass, mass.length / counts.length);
    }
}
