package dev.glimpse.cli;

import dev.glimpse.evaluation.EvenSpread;
import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.DataPart;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which pictures are scored, and as what. */
final class PictureOptions {
    @Option(
            names = "--data",
            paramLabel = "PATH",
            arity = "1..*",
            description =
                    "A data set's directory, as of 'glimpse train': IDX files, CIFAR-10's binary version or a folder"
                            + " of pictures for each class; or else PNG files of the model's size and directories of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--part",
            paramLabel = "PART",
            description = "Part of a data set, train or test; absent: test, or train of folders of pictures, which have"
                    + " no other.")
    private @Nullable DataPart part;

    @Option(
            names = "--label",
            paramLabel = "CLASS",
            description = "Class of every picture, by name or index, or none; default: what the data set says.")
    private @Nullable String label;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of pictures, from the first, or of folders evenly spaced over all of them; default:"
                    + " ${DEFAULT-VALUE}, or all if there are fewer.")
    private int count;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "0/1",
            description = "Score part I (from 0) of N equal parts of the pictures; default: ${DEFAULT-VALUE}.")
    private String shard;

    /**
     * The pictures to be scored; a PNG file is read when its picture is asked for.
     *
     * @param first number of the first one among those that all shards score
     * @param count number of pictures
     * @param data what they are part of
     * @param source gives a picture by its number
     */
    record Selection(int first, int count, Data data, Source source) {
        List<LabelledPicture> read(int from, int to) {
            List<LabelledPicture> pictures = new ArrayList<>();
            for (int i = from; i < to; i++) {
                pictures.add(source.at(first + i));
            }
            return pictures;
        }
    }

    /**
     * The pictures that all shards together score.
     *
     * @param choice where they lie among all pictures of the data set
     * @param sha256 checksum of the data set, of pictures in files of their own of those that are scored
     * @param label class index that every picture is scored as, "none", or "own" for that of the data set
     * @param folders whose order says which class they are, where that decides the label; else empty
     */
    record Data(EvenSpread choice, String sha256, String label, List<String> folders) {
        int count() {
            return choice.count();
        }
    }

    /** Where pictures come from. */
    @FunctionalInterface
    interface Source {
        LabelledPicture at(int number);
    }

    /** The pictures of a model's shape that the options name. */
    Selection select(ModelSpec spec) {
        if (count < 1) {
            throw new WrongInputException("--count", count, "at least 1");
        }
        if (paths.isEmpty()) {
            throw new WrongInputException("--data", "none", "a directory or PNG files");
        }
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new WrongInputException("--data", path, "a directory or a PNG file that exists");
            }
        }
        PictureShape shape = new PictureShape(spec.channels(), spec.height(), spec.width());
        LoosePictures loose = LoosePictures.in(paths);
        DataSet dataSet = dataSet(loose, spec.labels(), shape);
        if (dataSet != null) {
            return select(spec, dataSet);
        }
        if (loose.files().isEmpty()) {
            throw new WrongInputException("--data", paths.get(0), "a data set, or at least one PNG file");
        }
        WrongInputException.require(part == null, "--part", part, "absent with PNG files, which have no parts");
        int classIndex = label(spec, "none or a class, as PNG files have no label");
        int scored = Math.min(count, loose.files().size());
        Data data = new Data(new EvenSpread(scored, scored), loose.sha256(scored), labelName(classIndex), List.of());
        return shard(data, i -> new LabelledPicture(i, loose.planes(i, shape), classIndex));
    }

    /** The data set that --data names; null for PNG files that are none. */
    private @Nullable DataSet dataSet(LoosePictures loose, List<String> classes, PictureShape shape) {
        Path directory = paths.get(0);
        if (paths.size() > 1 || !Files.isDirectory(directory)) {
            return null;
        }
        if (DataSets.hasParts(directory)) {
            return DataSets.open(directory, part == null ? DataPart.TEST : part, classes, shape);
        }
        // PNG files beside folders are meant themselves, as they always were.
        return loose.files().isEmpty() && DataSets.hasFolders(directory)
                ? DataSets.open(directory, part == null ? DataPart.TRAIN : part, classes, shape)
                : null;
    }

    private Selection select(ModelSpec spec, DataSet data) {
        if (data.channels() != spec.channels() || data.height() != spec.height() || data.width() != spec.width()) {
            throw new WrongInputException(
                    "--data",
                    data.channels() + " x " + data.height() + " x " + data.width(),
                    spec.channels() + " x " + spec.height() + " x " + spec.width() + ", what the model makes");
        }
        boolean own = label == null && !spec.labels().isEmpty();
        int fixed = own ? JumpBatch.NO_LABEL : label(spec, "");
        EvenSpread choice = choice(data.count());
        List<String> folders = own && !DataSets.hasParts(paths.get(0))
                ? DataSets.foldersInOrder(paths.get(0), spec.labels())
                : List.of();
        return shard(new Data(choice, sha256(data, choice), own ? "own" : labelName(fixed), folders), number -> {
            int index = choice.at(number);
            return new LabelledPicture(index, data.bytes(index), own ? data.label(index) : fixed);
        });
    }

    /**
     * A folder's own tells the names and sizes of its files, whatever is in them. Each shard reads all that are scored,
     * which takes little beside a score.
     */
    private String sha256(DataSet data, EvenSpread choice) {
        return DataSets.hasParts(paths.get(0))
                ? data.sha256()
                : data.sha256(IntStream.range(0, choice.count()).map(choice::at));
    }

    /** Folders come class by class, so that the first pictures would be those of the first classes. */
    private EvenSpread choice(int all) {
        int scored = Math.min(count, all);
        return new EvenSpread(scored, DataSets.hasParts(paths.get(0)) ? scored : all);
    }

    /** The class that --label names; for a model without classes there is none. */
    private int label(ModelSpec spec, String expected) {
        if (label == null) {
            if (spec.labels().isEmpty()) {
                return JumpBatch.NO_LABEL;
            }
            throw new WrongInputException("--label", "missing", expected);
        }
        return label.equalsIgnoreCase("none") ? JumpBatch.NO_LABEL : ClassNames.index(spec.labels(), label);
    }

    private static String labelName(int index) {
        return index == JumpBatch.NO_LABEL ? "none" : Integer.toString(index);
    }

    private Selection shard(Data data, Source source) {
        WorkShare share = WorkShare.parse(shard);
        int from = share.from(data.count());
        int to = share.to(data.count());
        if (from == to) {
            throw new WrongInputException("--shard", shard, "at most as many parts as pictures, " + data.count());
        }
        return new Selection(from, to - from, data, source);
    }
}
