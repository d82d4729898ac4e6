package dev.glimpse.training;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The folders of a data set's directory, and of which class the pictures in each are.
 *
 * @param folders in the order in which their pictures are counted
 * @param labels class of each folder
 * @param byName whether the folders are named as their classes
 */
record ClassFolders(List<Path> folders, List<Integer> labels, boolean byName) {
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");
    /** Of pictures in formats that are not read here. */
    private static final List<String> OTHER_ENDINGS = List.of(
            ".webp", ".bmp", ".gif", ".tif", ".tiff", ".jfif", ".jp2", ".avif", ".heic", ".heif", ".ppm", ".pgm");

    private static final String DIGITS = "[0-9]+";
    private static final int MOST_SHOWN = 5;
    /** What Java puts in place of bytes that are no letter in the locale. */
    private static final String UNREADABLE = "\uFFFD";

    /**
     * Assigns folders to classes.
     *
     * @param directory with folders named as classes, in any case and with any of {@code / : _ -} and spaces for
     *     another, as a class may be named what no folder can; or as many folders as classes, none of them so named, in
     *     the classes' order: of numbers by their size, of other names by their letters
     * @throws DataSetException if folders and classes do not fit
     */
    static ClassFolders of(Path directory, List<String> classes) throws IOException {
        List<Path> folders = in(directory);
        UnaryOperator<String> compared = compared(classes);
        List<String> names =
                folders.stream().map(folder -> compared.apply(name(folder))).toList();
        List<String> wanted = classes.stream().map(compared).toList();
        requireReadable(folders, names, wanted);
        if (names.stream().noneMatch(wanted::contains)) {
            return ordered(directory, folders, classes);
        }
        Set<String> present = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!wanted.contains(names.get(i))) {
                throw new DataSetException("data: " + folders.get(i) + " (expected: a folder named as one of"
                        + " the classes, as others are: " + String.join(", ", classes)
                        + "; or all numbered in their order)");
            }
            if (!present.add(names.get(i))) {
                throw new DataSetException("data: " + folders.get(i)
                        + " beside another folder whose name reads the same (expected: one for each class)");
            }
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!present.contains(wanted.get(i))) {
                throw new DataSetException("data: " + directory + " without a folder " + classes.get(i)
                        + " (expected: one for each class)");
            }
        }
        return new ClassFolders(folders, names.stream().map(wanted::indexOf).toList(), true);
    }

    /** What of a name counts; all of it where classes differ in the rest alone. */
    private static UnaryOperator<String> compared(List<String> classes) {
        long different = classes.stream().map(ClassFolders::loose).distinct().count();
        return different == classes.size() ? ClassFolders::loose : ClassFolders::composed;
    }

    private static String loose(String name) {
        return composed(name).toLowerCase(Locale.ROOT).replaceAll("[/:_ -]+", "_");
    }

    /** Else it would not be found among the classes, and all folders would be taken by their order. */
    private static void requireReadable(List<Path> folders, List<String> names, List<String> wanted) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).contains(UNREADABLE) && !wanted.contains(names.get(i))) {
                throw new DataSetException(
                        "data: " + folders.get(i) + " (expected: a folder whose name can be read; names in"
                                + " UTF-8 can be where the locale is, as with LC_ALL=C.UTF-8)");
            }
        }
    }

    /**
     * A name in the one form of its letters that is compared: archives from a Mac hold accents as letters of their own.
     */
    static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    private static ClassFolders ordered(Path directory, List<Path> folders, List<String> classes) {
        if (folders.size() != classes.size()) {
            String names = String.join(
                    ", ",
                    folders.stream().limit(MOST_SHOWN).map(ClassFolders::name).toList());
            String found = folders.isEmpty()
                    ? "0 folders"
                    : folders.size() + " folders, " + names + (folders.size() > MOST_SHOWN ? ", ..." : "");
            throw new DataSetException("data: " + directory + " with " + found + " (expected: IDX files,"
                    + " CIFAR-10's binary files, or a folder of pictures for each of " + classes.size() + " classes)");
        }
        List<Path> inOrder = new ArrayList<>(folders);
        if (folders.stream().allMatch(folder -> name(folder).matches(DIGITS))) {
            inOrder.sort(Comparator.comparing(folder -> new BigInteger(name(folder))));
        }
        return new ClassFolders(
                inOrder, IntStream.range(0, inOrder.size()).boxed().toList(), false);
    }

    /** The folders in a directory by their names' letters. */
    static List<Path> in(Path directory) throws IOException {
        return entries(directory).stream().filter(Files::isDirectory).toList();
    }

    /** What a directory holds, without what tools hide in it: {@code .git}, {@code ._a.jpg}. */
    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    static String name(Path entry) {
        return entry.getFileName().toString();
    }

    /**
     * The picture files of a folder.
     *
     * @throws DataSetException if there are none, or a picture of another format or another folder lies among them
     */
    static List<Path> pictures(Path folder) throws IOException {
        List<Path> pictures = new ArrayList<>();
        for (Path entry : entries(folder)) {
            String name = name(entry).toLowerCase(Locale.ROOT);
            if (ENDINGS.stream().anyMatch(name::endsWith)) {
                pictures.add(entry);
            } else if (OTHER_ENDINGS.stream().anyMatch(name::endsWith)) {
                // Left out, it would be missing among what is learned without a word.
                throw new DataSetException("data: " + entry + " (expected: pictures that end in .png, .jpg or .jpeg)");
            } else if (Files.isDirectory(entry)) {
                throw new DataSetException("data: " + entry + " (expected: pictures themselves in their class's folder,"
                        + " no folder in it)");
            }
        }
        if (pictures.isEmpty()) {
            throw new DataSetException("data: " + folder + " (expected: .png or .jpg files in each class's folder)");
        }
        return pictures;
    }
}
