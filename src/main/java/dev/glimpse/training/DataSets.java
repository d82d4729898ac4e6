package dev.glimpse.training;

import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Opens a data set's directory in whatever format it holds: IDX, CIFAR-10's binary version, or folders of pictures. */
public final class DataSets {
    /**
     * Folders of pictures up to this size are decoded once and for all, where that leaves most of the memory; larger
     * ones as they are needed.
     */
    private static final long IN_MEMORY =
            Math.min(ImageFolder.MOST_HELD, Runtime.getRuntime().maxMemory() / 3);

    private static final int BYTE_LABELS = 256;

    private DataSets() {}

    /**
     * The training part of a data set.
     *
     * @param classes names of the classes by index; empty for those of the folders, or numbers up to the largest one
     * @param shape what pictures in folders are reduced to; other formats have a size of their own
     * @throws DataSetException if a file is missing, truncated or broken; the message names it
     */
    public static DataSet open(Path directory, List<String> classes, PictureShape shape) {
        try {
            Optional<ImageDataSet> numbered = numbered(directory, classes);
            if (numbered.isPresent()) {
                return numbered.get();
            }
            List<String> names = classes.isEmpty() ? ownClasses(directory) : classes;
            if (classes.isEmpty() && !hasFolders(directory)) {
                throw new DataSetException("data: " + directory + " with 0 folders (expected: IDX files, CIFAR-10's"
                        + " binary files, or a folder of pictures for each class)");
            }
            return ImageFolder.list(directory, names, shape).inMemory(IN_MEMORY);
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * A part of a data set.
     *
     * @param classes names of the classes by index; empty for those of the data
     * @param shape what pictures in folders are reduced to; other formats have a size of their own
     * @throws DataSetException if there is no such part, or a file is missing, truncated or broken; the message names
     *     it
     */
    public static DataSet open(Path directory, DataPart part, List<String> classes, PictureShape shape) {
        requireDirectory(directory);
        if (part == DataPart.TRAIN) {
            return open(directory, classes, shape);
        }
        try {
            return numbered(directory, part, classes.isEmpty() ? numbers() : classes)
                    .orElseThrow(() -> new DataSetException(
                            "data: " + directory + " (expected: IDX files or CIFAR-10's binary files, which have a"
                                    + " test part; folders of pictures have one part only, train)"));
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** The training part in a format that numbers its classes, up to the largest one where nobody named them. */
    static Optional<ImageDataSet> numbered(Path directory, List<String> classes) throws IOException {
        requireDirectory(directory);
        return classes.isEmpty()
                ? numbered(directory, DataPart.TRAIN, numbers()).map(ImageDataSet::upToLargestLabel)
                : numbered(directory, DataPart.TRAIN, classes);
    }

    /** A part of a data set in a format that has two and numbers its classes; empty where it is in none. */
    static Optional<ImageDataSet> numbered(Path directory, DataPart part, List<String> classes) throws IOException {
        boolean train = part == DataPart.TRAIN;
        List<Path> cifar = CifarReader.files(directory);
        if (IdxReader.holds(directory) || !train && cifar.isEmpty() && IdxReader.holdsTest(directory)) {
            return Optional.of(train ? IdxReader.read(directory, classes) : IdxReader.readTest(directory, classes));
        }
        if (!cifar.isEmpty() || !train && CifarReader.holdsTest(directory)) {
            return Optional.of(train ? CifarReader.read(cifar, classes) : CifarReader.readTest(directory, classes));
        }
        return Optional.empty();
    }

    /** Whether a directory holds a part of a data set in a format that has two: IDX, or CIFAR-10's binary version. */
    public static boolean hasParts(Path directory) {
        requireDirectory(directory);
        try {
            return isNumbered(directory) || IdxReader.holdsTest(directory) || CifarReader.holdsTest(directory);
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Whether a directory holds folders, which may be those of classes. */
    public static boolean hasFolders(Path directory) {
        requireDirectory(directory);
        try {
            return !ClassFolders.in(directory).isEmpty();
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * The names of a data set's folders by the index of their class; empty where they are the classes' own names, or
     * the format is another one.
     *
     * @throws DataSetException if folders and classes do not fit
     */
    public static List<String> foldersInOrder(Path directory, List<String> classes) {
        requireDirectory(directory);
        try {
            if (isNumbered(directory)) {
                return List.of();
            }
            ClassFolders folders = ClassFolders.of(directory, classes);
            return folders.byName()
                    ? List.of()
                    : folders.folders().stream().map(ClassFolders::name).toList();
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Names for the classes of a data set where nobody named them: those of its folders, or else numbers. */
    public static List<String> ownClasses(Path directory) {
        requireDirectory(directory);
        try {
            List<String> folders = isNumbered(directory)
                    ? List.of()
                    : ClassFolders.in(directory).stream()
                            .map(folder -> ClassFolders.composed(ClassFolders.name(folder)))
                            .toList();
            return folders.isEmpty() ? numbers() : folders;
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Names for the classes of a format that numbers them in a byte. */
    public static List<String> numbers() {
        return IntStream.range(0, BYTE_LABELS).mapToObj(Integer::toString).toList();
    }

    /** Whether pictures have the number of their class beside them, in a byte. */
    private static boolean isNumbered(Path directory) throws IOException {
        return IdxReader.holds(directory) || !CifarReader.files(directory).isEmpty();
    }

    private static void requireDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new DataSetException("data: " + directory + " (expected: a directory)");
        }
    }
}
