package dev.glimpse.evaluation;

import java.util.Arrays;

/**
 * Which classes were asked for and which ones a classifier saw.
 *
 * <p>Not thread-safe.
 */
public final class ClassTally {
    private final long[] asked;
    private final long[] seen;
    private long right;

    public ClassTally(int classes) {
        this(new long[classes], new long[classes], 0);
    }

    private ClassTally(long[] asked, long[] seen, long right) {
        this.asked = asked;
        this.seen = seen;
        this.right = right;
    }

    /**
     * Adds a picture.
     *
     * @param label class it was asked to show; negative for none
     * @param likeliest class that the classifier names
     */
    public void add(int label, int likeliest) {
        seen[likeliest]++;
        if (label >= 0) {
            asked[label]++;
            right += label == likeliest ? 1 : 0;
        }
    }

    void merge(ClassTally other) {
        for (int i = 0; i < asked.length; i++) {
            asked[i] += other.asked[i];
            seen[i] += other.seen[i];
        }
        right += other.right;
    }

    /** Share of the pictures with a class that show it, 0..1; not a number where none had one. */
    public double accuracy() {
        return (double) right / Arrays.stream(asked).sum();
    }

    /** Number of pictures that were asked to show each class. */
    public long[] asked() {
        return asked.clone();
    }

    /** Number of pictures that the classifier takes for each class. */
    public long[] seen() {
        return seen.clone();
    }

    void write(TensorList list) {
        list.put("classes.asked", asked);
        list.put("classes.seen", seen);
        list.put("classes.right", right);
    }

    static ClassTally read(TensorTable table) {
        return new ClassTally(
                table.longs("classes.asked"), table.longs("classes.seen"), table.longs("classes.right")[0]);
    }
}
