package dev.glimpse.training;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labelled pictures in main memory.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height in pixels
 * @param width in pixels
 * @param pixels 8-bit values of all pictures, [N, C, H, W]
 * @param labels class index of each picture
 * @param classes names of the classes by index
 */
public record ImageDataSet(int channels, int height, int width, byte[] pixels, byte[] labels, List<String> classes)
        implements DataSet {
    public ImageDataSet {
        classes = List.copyOf(classes);
        if (pixels.length != labels.length * channels * height * width) {
            throw new IllegalArgumentException("pixels: " + pixels.length + " bytes (expected: " + labels.length
                    + " pictures of " + channels + " x " + height + " x " + width + ")");
        }
    }

    @Override
    public int count() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xFF;
    }

    /** The same with as many classes as there are labels up to the largest one. */
    ImageDataSet upToLargestLabel() {
        int most = IntStream.range(0, count()).map(this::label).max().orElse(0);
        return new ImageDataSet(channels, height, width, pixels, labels, classes.subList(0, most + 1));
    }

    /** Checksum of all pixels followed by all labels, 64 hexadecimal digits. */
    @Override
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(pixels);
            return HexFormat.of().formatHex(digest.digest(labels));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void read(int index, float[] out, int offset) {
        int from = index * dimension();
        for (int i = 0; i < dimension(); i++) {
            out[offset + i] = (pixels[from + i] & 0xFF) / 127.5f - 1;
        }
    }
}
