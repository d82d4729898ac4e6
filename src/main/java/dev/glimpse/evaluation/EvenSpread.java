package dev.glimpse.evaluation;

/**
 * A choice of pictures that lie evenly over a data set, so that one which is ordered by classes gives some of each.
 *
 * @param count chosen pictures
 * @param all pictures of the data set
 */
public record EvenSpread(int count, int all) {
    public EvenSpread {
        if (count < 0 || count > all) {
            throw new IllegalArgumentException("count: " + count + " (expected: 0.." + all + ", the pictures)");
        }
    }

    /** Index of the {@code number}-th chosen picture, from 0. */
    public int at(int number) {
        return (int) ((long) number * all / count);
    }

    /** Whether a picture is chosen. */
    public boolean holds(int index) {
        // The number of the first one that does not come before it.
        long number = ((long) index * count + all - 1) / all;
        return number < count && at((int) number) == index;
    }
}
