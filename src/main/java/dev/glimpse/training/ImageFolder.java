package dev.glimpse.training;

import dev.glimpse.image.PictureFile;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Picture files in a folder for each class, read whenever they are asked for. */
final class ImageFolder implements DataSet {
    /** Most bytes of pictures that are held in main memory, whatever there is of it. */
    static final long MOST_HELD = 1L << 30;

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
     * @param directory with folders of pictures, as {@link ClassFolders#of} takes them
     * @throws DataSetException if folders and classes do not fit, or one has no pictures
     */
    static ImageFolder list(Path directory, List<String> classes, PictureShape shape) throws IOException {
        ClassFolders folders = ClassFolders.of(directory, classes);
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < folders.folders().size(); i++) {
            List<Path> pictures = ClassFolders.pictures(folders.folders().get(i));
            files.addAll(pictures);
            labels.addAll(Collections.nCopies(pictures.size(), folders.labels().get(i)));
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

    /**
     * The same data in main memory, if the pictures take at most so many bytes; else this data set.
     *
     * @throws DataSetException if a file is broken; the message names it
     */
    DataSet inMemory(long limit) {
        return (long) count() * dimension() > limit || classes.size() > BYTE_LABELS
                ? this
                : new LoadedFolder(load(), sha256());
    }

    private ImageDataSet load() {
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
            throw new DataSetException(files[index] + ": " + reason(files[index], e));
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

    /** A file that is not there is told of by its name alone. */
    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return (Files.isSymbolicLink(file) ? "a link that leads nowhere" : "gone") + " (expected: a picture)";
        }
        return String.valueOf(e.getMessage());
    }

    /** Of names and sizes: reading every file would take as long as an epoch. */
    @Override
    public String sha256() {
        return sha256(BasicFileAttributes::size);
    }

    /** Of names, sizes and times: a picture may be replaced by one of the same size. */
    @Override
    public String fingerprint() {
        return sha256(file -> file.size() + " " + file.lastModifiedTime());
    }

    private String sha256(Function<BasicFileAttributes, Object> fact) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                String name = file.getParent().getFileName() + "/" + file.getFileName();
                digest.update((name + " " + fact.apply(attributes(file)) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Earlier versions told the checksum of all pixels and labels where they held a folder in main memory. */
    @Override
    public boolean isToldBy(String told) {
        if (told.equals(sha256())) {
            return true;
        }
        boolean everHeld = (long) count() * dimension() <= MOST_HELD && classes.size() <= BYTE_LABELS;
        try {
            return everHeld && told.equals(pixelSha256());
        } catch (DataSetException e) {
            // With a broken picture they held none.
            return false;
        }
    }

    private String pixelSha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] bytes = new byte[count()];
            for (int i = 0; i < bytes.length; i++) {
                digest.update(pixels(i));
                bytes[i] = (byte) labels[i];
            }
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            throw new DataSetException(file + ": " + reason(file, e));
        }
    }
}
