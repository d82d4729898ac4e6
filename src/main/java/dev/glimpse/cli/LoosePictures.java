package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import dev.glimpse.image.PngReader;
import dev.glimpse.training.DataSetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** PNG files that are no data set: they have no classes, and each is read when its picture is asked for. */
record LoosePictures(List<Path> files) {
    LoosePictures {
        files = List.copyOf(files);
    }

    /** The files among these paths, and those in the directories among them. */
    static LoosePictures in(List<Path> paths) {
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
        return new LoosePictures(files);
    }

    private static boolean isPng(Path file) {
        String name = file.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).endsWith(".png") && !name.startsWith(".");
    }

    /** Checksum of files one after the other, the first {@code count}. */
    String sha256(int count) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.subList(0, count)) {
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
    byte[] planes(int index, PictureShape shape) {
        Path file = files.get(index);
        byte[] pixels;
        try {
            pixels = new PngReader(shape).read(bytes(file));
        } catch (IOException e) {
            throw new WrongInputException("--data", file, "a PNG file of the model's size; " + e.getMessage());
        }
        int area = pixels.length / shape.channels();
        byte[] planes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            planes[i % shape.channels() * area + i / shape.channels()] = pixels[i];
        }
        return planes;
    }
}
