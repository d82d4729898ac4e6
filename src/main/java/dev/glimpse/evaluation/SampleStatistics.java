package dev.glimpse.evaluation;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is kept of the samples of one setting: sums that can be joined, and feature vectors up to a bound.
 *
 * <p>Not thread-safe.
 */
public final class SampleStatistics {
    private final SampleScope scope;
    private final FeatureMoments moments;
    private final FeatureSet kept;
    private final PixelError error;
    private final @Nullable ClassScore score;
    private final @Nullable ClassTally tally;

    /**
     * Samples that a worker drew.
     *
     * @param from index of the first one in the whole evaluation
     * @param labels class each was asked to show; negative for none
     * @param features of them
     */
    public record Block(int from, int[] labels, FeatureBlock features) {}

    public SampleStatistics(SampleScope scope) {
        this(
                scope,
                new FeatureMoments(scope.dimension()),
                new FeatureSet(scope.dimension()),
                new PixelError(),
                scope.classes() == 0 ? null : new ClassScore(scope.splits(), scope.classes()),
                scope.tallied() ? new ClassTally(scope.classes()) : null);
    }

    private SampleStatistics(
            SampleScope scope,
            FeatureMoments moments,
            FeatureSet kept,
            PixelError error,
            @Nullable ClassScore score,
            @Nullable ClassTally tally) {
        this.scope = scope;
        this.moments = moments;
        this.kept = kept;
        this.error = error;
        this.score = score;
        this.tally = tally;
    }

    /**
     * Adds samples, which are drawn in no order: the first ones' vectors are kept, and splits are one after another.
     */
    public void add(Block block) {
        add(block, index -> index < scope.kept(), index -> (int) ((long) index * scope.splits() / scope.count()));
    }

    /** Adds pictures that may be ordered by classes: the vectors of a choice are kept, and splits take turns. */
    public void add(Block block, EvenSpread choice) {
        add(block, choice::holds, index -> index % scope.splits());
    }

    private void add(Block block, IntPredicate keeps, IntUnaryOperator splits) {
        FeatureBlock features = block.features();
        moments.add(features.features(), features.rows());
        for (int row = 0; row < features.rows(); row++) {
            if (keeps.test(block.from() + row)) {
                kept.add(features.features(), row, 1);
            }
            if (score != null) {
                score.add(splits.applyAsInt(block.from() + row), features.probabilities(), row * scope.classes());
            }
            if (tally != null) {
                tally.add(block.labels()[row], features.likeliest(row));
            }
        }
    }

    /** Adds the difference of 8-bit pictures from their teacher's. */
    public void compare(byte[] pixels, byte[] teacher) {
        error.add(pixels, teacher);
    }

    /** Adds samples that another has gathered under the same scope. */
    public void merge(SampleStatistics other) {
        moments.merge(other.moments);
        kept.merge(other.kept);
        error.merge(other.error);
        if (score != null && other.score != null) {
            score.merge(other.score);
        }
        if (tally != null && other.tally != null) {
            tally.merge(other.tally);
        }
    }

    public FeatureMoments moments() {
        return moments;
    }

    /** The feature vectors that are kept. */
    public FeatureSet kept() {
        return kept;
    }

    public PixelError error() {
        return error;
    }

    /** Null where the feature network names no classes. */
    public @Nullable ClassScore score() {
        return score;
    }

    /** Null where the feature network's classes are not the model's. */
    public @Nullable ClassTally tally() {
        return tally;
    }

    void write(TensorList list) {
        moments.write(list);
        kept.write(list);
        error.write(list);
        if (score != null) {
            score.write(list);
        }
        if (tally != null) {
            tally.write(list);
        }
    }

    static SampleStatistics read(TensorTable table, SampleScope scope) {
        return new SampleStatistics(
                scope,
                FeatureMoments.read(table),
                FeatureSet.read(table),
                PixelError.read(table),
                scope.classes() == 0 ? null : ClassScore.read(table),
                scope.tallied() ? ClassTally.read(table) : null);
    }
}
