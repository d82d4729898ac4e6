package dev.glimpse.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data set in IDX format: squares, usually of 8 x 8 pixels, that are the brighter the higher their class. */
final class TinyData {
    static final int SIZE = 8;

    private TinyData() {}

    /** Writes the training part ("train") or the test part ("t10k"). */
    static void write(Path directory, String part, int pictures, int classes) throws IOException {
        write(directory, part, pictures, classes, SIZE);
    }

    static void write(Path directory, String part, int pictures, int classes, int size) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + pictures * size * size);
        images.putInt(0x0803).putInt(pictures).putInt(size).putInt(size);
        ByteBuffer labels = ByteBuffer.allocate(8 + pictures);
        labels.putInt(0x0801).putInt(pictures);
        for (int i = 0; i < pictures; i++) {
            int label = i % classes;
            labels.put((byte) label);
            for (int p = 0; p < size * size; p++) {
                images.put((byte) (label * 200 / (classes - 1) + (i * 7 + p * 13) % 40));
            }
        }
        Files.write(directory.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(directory.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
}
