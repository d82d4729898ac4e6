package dev.glimpse.training;

import java.util.List;

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
