package dev.glimpse.training;

import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures to learn from, and others of the same classes to test by.
 *
 * @param train what is learned from
 * @param test what is not
 * @param heldOut whether the data set has no test part, so that one picture in {@value #ONE_IN} of each class became it
 */
public record TestedData(DataSet train, DataSet test, boolean heldOut) {
    /** Of so many pictures of a class the last one is held out. */
    public static final int ONE_IN = 10;

    /**
     * Opens both parts of a data set in whatever format it holds.
     *
     * @param names of the classes by index; empty for those of the folders, or numbers up to the largest one
     * @param shape what pictures in folders are reduced to; may be null for formats that have a size of their own
     * @throws DataSetException if a part is missing or broken, or a size; the message names it
     */
    public static TestedData open(Path directory, List<String> names, @Nullable PictureShape shape) {
        try {
            Optional<ImageDataSet> numbered = DataSets.numbered(directory, names);
            if (numbered.isPresent()) {
                DataSet train = numbered.get();
                DataSet test = DataSets.numbered(directory, DataPart.TEST, train.classes())
                        .orElseThrow();
                return new TestedData(train, test, false);
            }
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
        if (shape == null) {
            throw new DataSetException(
                    "data: " + directory + " without IDX files and CIFAR-10's binary files (expected:"
                            + " them, or a recipe that tells the size of pictures in folders)");
        }
        return holdOut(directory, DataSets.open(directory, names, shape));
    }

    private static TestedData holdOut(Path directory, DataSet data) {
        int[] seen = new int[data.classes().size()];
        boolean[] test = new boolean[data.count()];
        for (int i = 0; i < test.length; i++) {
            test[i] = ++seen[data.label(i)] % ONE_IN == 0;
        }
        int[] held = IntStream.range(0, test.length).filter(i -> test[i]).toArray();
        if (held.length == 0) {
            throw new DataSetException("data: " + directory + " with less than " + ONE_IN + " pictures of every class"
                    + " (expected: at least " + ONE_IN + ", of which one is held out to test by)");
        }
        int[] learned = IntStream.range(0, test.length).filter(i -> !test[i]).toArray();
        return new TestedData(new Subset(data, learned), new Subset(data, held), true);
    }
}
