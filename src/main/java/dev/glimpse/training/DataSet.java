package dev.glimpse.training;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Labelled pictures of one size. Any thread may read. */
public interface DataSet {
    /** 1 (grey) or 3 (RGB). */
    int channels();

    /** In pixels. */
    int height();

    /** In pixels. */
    int width();

    /** Names of the classes by index. */
    List<String> classes();

    /** Number of pictures. */
    int count();

    /** Class index of a picture. */
    int label(int index);

    /**
     * Writes picture {@code index} as floats u / 127.5 - 1, in [-1, 1], channel by channel, to {@code out} from
     * {@code offset}.
     *
     * @throws DataSetException if the picture turns out to be broken; the message names its file
     */
    void read(int index, float[] out, int offset);

    /**
     * The 8-bit values of picture {@code index}, channel by channel.
     *
     * @throws DataSetException if the picture turns out to be broken; the message names its file
     */
    default byte[] bytes(int index) {
        float[] values = new float[dimension()];
        read(index, values, 0);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round((values[i] + 1) * 127.5f);
        }
        return bytes;
    }

    /** Checksum of the data, 64 hexadecimal digits. */
    String sha256();

    /**
     * Checksum of some pictures and their labels, for which each of them is read; 64 hexadecimal digits.
     *
     * @throws DataSetException if one turns out to be broken; the message names its file
     */
    default String sha256(IntStream indices) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            indices.forEach(index -> {
                digest.update(bytes(index));
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, label(index)));
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Tells this data from any other on this machine, pictures that were replaced included, in 64 hexadecimal digits;
     * what it told before may be told no longer of the same pictures.
     */
    default String fingerprint() {
        return sha256();
    }

    /**
     * Whether a checksum is of this data: {@link #sha256}, or the one that an earlier version told of it, for which
     * every picture may have to be read.
     */
    default boolean isToldBy(String told) {
        return told.equals(sha256());
    }

    /** Values of one picture. */
    default int dimension() {
        return channels() * height() * width();
    }
}
