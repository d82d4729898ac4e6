package dev.glimpse.training;

import dev.glimpse.image.PictureFile;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Picture files in a folder for each class, read whenever they are asked for. */
final class ImageFolder implements DataSet {
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");
    private static final int BYTE_LABELS = 256;

    private final PictureShape shape;
    private final List<String> classes;
    private final Path[] files;
    private final int[] labels;
    private final PictureFile reader;

    private ImageFolder(PictureShape shape, List<String> classes, Path[] files, int[] labels) {
        this.shape = shape;
        this.classes = classes;
        this.files = files;
        this.labels = labels;
        this.reader = new PictureFile(shape);
    }

    /**
     * Lists a data set's files.
     *
     * @param directory with folders named as classes; or as many folders as classes, none of them so named, in the
     *     classes' order
     * @throws DataSetException if folders and classes do not fit, or there are no pictures
     */
    static ImageFolder list(Path directory, List<String> classes, PictureShape shape) throws IOException {
        List<Path> folders =
                entries(directory).stream().filter(Files::isDirectory).toList();
        List<String> names =
                folders.stream().map(f -> f.getFileName().toString()).toList();
        boolean byName = names.stream().anyMatch(classes::contains);
        List<String> unknown =
                names.stream().filter(name -> !classes.contains(name)).toList();
        if (byName && !unknown.isEmpty()) {
            throw new DataSetException(
                    "data: " + directory.resolve(unknown.get(0)) + " (expected: a folder named as one of"
                            + " the classes, as others are: " + String.join(", ", classes) + ")");
        }
        if (!byName && names.size() != classes.size()) {
            throw new DataSetException("data: " + directory + " with " + names.size() + " folders (expected: IDX files,"
                    + " CIFAR-10's binary files, or a folder of pictures for each of " + classes.size() + " classes)");
        }
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            int label = byName ? classes.indexOf(names.get(i)) : i;
            for (Path file : entries(folders.get(i))) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                if (ENDINGS.stream().anyMatch(name::endsWith)) {
                    files.add(file);
                    labels.add(label);
                }
            }
        }
        if (files.isEmpty()) {
            throw new DataSetException("data: " + directory + " (expected: .png or .jpg files in its folders)");
        }
        return new ImageFolder(
                shape,
                List.copyOf(classes),
                files.toArray(Path[]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /**
     * The same pictures in main memory, if they take at most so many bytes; else this data set.
     *
     * @throws DataSetException if a file is broken; the message names it
     */
    DataSet inMemory(long limit) {
        if ((long) count() * dimension() > limit || classes.size() > BYTE_LABELS) {
            return this;
        }
        byte[] pixels = new byte[count() * dimension()];
        byte[] bytes = new byte[count()];
        IntStream.range(0, count()).parallel().forEach(i -> {
            System.arraycopy(pixels(i), 0, pixels, i * dimension(), dimension());
            bytes[i] = (byte) labels[i];
        });
        return new ImageDataSet(shape.channels(), shape.height(), shape.width(), pixels, bytes, classes);
    }

    private byte[] pixels(int index) {
        try {
            return reader.read(Files.readAllBytes(files[index]));
        } catch (IOException e) {
            throw new DataSetException(files[index] + ": " + e.getMessage());
        }
    }

    @Override
    public int channels() {
        return shape.channels();
    }

    @Override
    public int height() {
        return shape.height();
    }

    @Override
    public int width() {
        return shape.width();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int count() {
        return files.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, float[] out, int offset) {
        byte[] pixels = pixels(index);
        for (int i = 0; i < pixels.length; i++) {
            out[offset + i] = (pixels[i] & 0xFF) / 127.5f - 1;
        }
    }

    /** Of names and sizes: reading every file would take as long as an epoch. */
    @Override
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                String entry =
                        file.getParent().getFileName() + "/" + file.getFileName() + " " + Files.size(file) + "\n";
                digest.update(entry.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new DataSetException("data: " + files[0].getParent() + ": " + e.getMessage());
        }
    }
}
