package dev.glimpse.training;

import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens a data set's directory in whatever format it holds: IDX, CIFAR-10's binary version, or folders of pictures. */
public final class DataSets {
    /** Folders of pictures up to this size are decoded once and for all; larger ones as they are needed. */
    private static final long IN_MEMORY = 1L << 30;

    private DataSets() {}

    /**
     * The training part of a data set.
     *
     * @param classes names of the classes by index
     * @param shape what pictures in folders are reduced to; other formats have a size of their own
     * @throws DataSetException if a file is missing, truncated or broken; the message names it
     */
    public static DataSet open(Path directory, List<String> classes, PictureShape shape) {
        if (!Files.isDirectory(directory)) {
            throw new DataSetException("data: " + directory + " (expected: a directory)");
        }
        try {
            if (IdxReader.holds(directory)) {
                return IdxReader.read(directory, classes);
            }
            List<Path> cifar = CifarReader.files(directory);
            return cifar.isEmpty()
                    ? ImageFolder.list(directory, classes, shape).inMemory(IN_MEMORY)
                    : CifarReader.read(cifar, classes);
        } catch (IOException e) {
            throw new DataSetException("data: " + directory + " cannot be read (" + e.getMessage() + ")");
        }
    }
}
