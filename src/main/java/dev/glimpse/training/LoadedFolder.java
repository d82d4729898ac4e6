package dev.glimpse.training;

import java.util.List;

/**
 * A folder's pictures in main memory, which keep the folder's checksum: what a data set is does not hang on how much
 * memory there is.
 *
 * @param pictures as the folder's files hold them
 * @param sha256 the folder's
 */
record LoadedFolder(ImageDataSet pictures, String sha256) implements DataSet {
    @Override
    public int channels() {
        return pictures.channels();
    }

    @Override
    public int height() {
        return pictures.height();
    }

    @Override
    public int width() {
        return pictures.width();
    }

    @Override
    public List<String> classes() {
        return pictures.classes();
    }

    @Override
    public int count() {
        return pictures.count();
    }

    @Override
    public int label(int index) {
        return pictures.label(index);
    }

    @Override
    public void read(int index, float[] out, int offset) {
        pictures.read(index, out, offset);
    }

    @Override
    public String fingerprint() {
        return pictures.sha256();
    }

    @Override
    public boolean isToldBy(String told) {
        return told.equals(sha256) || told.equals(pictures.sha256());
    }
}
