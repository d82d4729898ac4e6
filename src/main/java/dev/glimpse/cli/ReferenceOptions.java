package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import dev.glimpse.training.DataPart;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which real pictures an evaluation's samples are compared with. */
final class ReferenceOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "Directory of the data set; none with --shard.")
    private @Nullable Path directory;

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "train",
            description = "Part of the data set to compare with, train or test; folders of pictures have train alone;"
                    + " default: ${DEFAULT-VALUE}.")
    private DataPart part = DataPart.TRAIN;

    /**
     * Opens the data set.
     *
     * @param labels names of the model's classes; empty for none
     * @param out keeps its statistics
     */
    EvaluationReference read(PictureShape picture, List<String> labels, Path out) {
        if (directory == null) {
            throw new WrongInputException("--data", "none", "the directory of a data set to compare with");
        }
        InputPlace.directory("--data", directory, "a directory");
        return EvaluationReference.read(directory, part, picture, labels, out);
    }
}
