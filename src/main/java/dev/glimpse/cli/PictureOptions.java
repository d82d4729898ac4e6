package dev.glimpse.cli;

import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.image.PictureShape;
import dev.glimpse.image.PngReader;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.DataSetException;
import dev.glimpse.training.IdxReader;
import dev.glimpse.training.ImageDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which pictures are scored, and as what. */
final class PictureOptions {
    /** What a label of an IDX file may be when the model does not ask for one. */
    private static final int BYTES = 256;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            arity = "1..*",
            description = "A directory of IDX files; or PNG files and directories of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "TEST",
            description = "Of IDX files, ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private Part part;

    @Option(
            names = "--label",
            paramLabel = "CLASS",
            description = "Class of every picture, by name or index, or none; default: what the IDX files say.")
    private @Nullable String label;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of pictures, from the first; default: ${DEFAULT-VALUE}, or all if there are fewer.")
    private int count;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "0/1",
            description = "Score part I (from 0) of N equal parts of the pictures; default: ${DEFAULT-VALUE}.")
    private String shard;

    private enum Part {
        TRAIN,
        TEST
    }

    /**
     * The pictures to be scored; a PNG file is read when its picture is asked for.
     *
     * @param first index of the first one in the data set
     * @param count number of pictures
     * @param data what they are part of
     * @param source gives a picture by its index in the data set
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
     * @param count number of pictures
     * @param sha256 checksum of the data set, of PNG files of those that are scored
     * @param label class index that every picture is scored as, "none", or "own" for that of the data set
     */
    record Data(int count, String sha256, String label) {}

    /** Where pictures come from. */
    @FunctionalInterface
    interface Source {
        LabelledPicture at(int index);
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
        if (paths.size() == 1 && holdsIdx(paths.get(0))) {
            return idx(spec);
        }
        List<Path> files = pngFiles();
        int classIndex = label(spec, "none or a class, as PNG files have no label");
        PngReader reader = new PngReader(new PictureShape(spec.channels(), spec.height(), spec.width()));
        List<Path> scored = files.subList(0, Math.min(count, files.size()));
        Data data = new Data(scored.size(), sha256(scored), labelName(classIndex));
        return shard(data, i -> new LabelledPicture(i, planes(files.get(i), reader), classIndex));
    }

    private Selection idx(ModelSpec spec) {
        List<String> classes = spec.labels().isEmpty() ? Collections.nCopies(BYTES, "") : spec.labels();
        ImageDataSet data =
                part == Part.TEST ? IdxReader.readTest(paths.get(0), classes) : IdxReader.read(paths.get(0), classes);
        if (data.channels() != spec.channels() || data.height() != spec.height() || data.width() != spec.width()) {
            throw new WrongInputException(
                    "--data",
                    data.channels() + " x " + data.height() + " x " + data.width(),
                    spec.channels() + " x " + spec.height() + " x " + spec.width() + ", what the model makes");
        }
        boolean fromFile = label == null && !spec.labels().isEmpty();
        int fixed = fromFile ? JumpBatch.NO_LABEL : label(spec, "");
        int dimension = data.dimension();
        return shard(
                new Data(Math.min(count, data.count()), data.sha256(), fromFile ? "own" : labelName(fixed)),
                i -> new LabelledPicture(
                        i,
                        Arrays.copyOfRange(data.pixels(), i * dimension, (i + 1) * dimension),
                        fromFile ? data.labels()[i] & 0xFF : fixed));
    }

    private static boolean holdsIdx(Path path) {
        try (Stream<Path> entries = Files.isDirectory(path) ? Files.list(path) : Stream.empty()) {
            return entries.anyMatch(entry -> entry.getFileName().toString().contains("-idx"));
        } catch (IOException e) {
            throw new DataSetException("data: " + path + " (expected: a readable directory)");
        }
    }

    private List<Path> pngFiles() {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> entries = Files.list(path)) {
                entries.filter(entry -> isPng(entry)).sorted().forEach(files::add);
            } catch (IOException e) {
                throw new DataSetException("data: " + path + " (expected: a readable directory)");
            }
        }
        if (files.isEmpty()) {
            throw new WrongInputException("--data", paths.get(0), "IDX files, or at least one PNG file");
        }
        return files;
    }

    private static boolean isPng(Path file) {
        String name = file.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).endsWith(".png") && !name.startsWith(".");
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
        EvaluationShard part = EvaluationShard.parse(shard);
        int from = part.from(data.count());
        int to = part.to(data.count());
        if (from == to) {
            throw new WrongInputException("--shard", shard, "at most as many parts as pictures, " + data.count());
        }
        return new Selection(from, to - from, data, source);
    }

    /** Checksum of files one after the other. */
    private static String sha256(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(bytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new WrongInputException("--data", file, "a readable PNG file; " + e.getMessage());
        }
    }

    /** A file's pixels plane by plane. */
    private static byte[] planes(Path file, PngReader reader) {
        byte[] pixels;
        try {
            pixels = reader.read(bytes(file));
        } catch (IOException e) {
            throw new WrongInputException("--data", file, "a PNG file of the model's size; " + e.getMessage());
        }
        int channels = reader.shape().channels();
        int area = pixels.length / channels;
        byte[] planes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            planes[i % channels * area + i / channels] = pixels[i];
        }
        return planes;
    }
}
