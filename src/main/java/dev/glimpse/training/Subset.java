package dev.glimpse.training;

import java.util.List;

/** Some of a data set's pictures. */
final class Subset implements DataSet {
    private final DataSet whole;
    private final int[] indices;

    /** @param indices which pictures, in which order */
    Subset(DataSet whole, int... indices) {
        this.whole = whole;
        this.indices = indices.clone();
    }

    @Override
    public int channels() {
        return whole.channels();
    }

    @Override
    public int height() {
        return whole.height();
    }

    @Override
    public int width() {
        return whole.width();
    }

    @Override
    public List<String> classes() {
        return whole.classes();
    }

    @Override
    public int count() {
        return indices.length;
    }

    @Override
    public int label(int index) {
        return whole.label(indices[index]);
    }

    @Override
    public void read(int index, float[] out, int offset) {
        whole.read(indices[index], out, offset);
    }

    /** Of the whole data set, by which it is found again. */
    @Override
    public String sha256() {
        return whole.sha256();
    }

    @Override
    public String fingerprint() {
        return whole.fingerprint();
    }
}
