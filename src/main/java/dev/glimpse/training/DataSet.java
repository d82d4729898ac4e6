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

    /** Checksum of the data, 64 hexadecimal digits. */
    String sha256();

    /** Values of one picture. */
    default int dimension() {
        return channels() * height() * width();
    }
}
