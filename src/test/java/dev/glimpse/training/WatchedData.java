package dev.glimpse.training;

import java.util.List;

/** A data set that tells which picture it has read, and into which batch. */
record WatchedData(ImageDataSet data, Watcher watcher) implements DataSet {
    /** Told of each picture, on the thread that has read it. */
    interface Watcher {
        /** @param out the whole batch */
        void read(int picture, float[] out);
    }

    @Override
    public int channels() {
        return data.channels();
    }

    @Override
    public int height() {
        return data.height();
    }

    @Override
    public int width() {
        return data.width();
    }

    @Override
    public List<String> classes() {
        return data.classes();
    }

    @Override
    public int count() {
        return data.count();
    }

    @Override
    public int label(int index) {
        return data.label(index);
    }

    @Override
    public String sha256() {
        return data.sha256();
    }

    @Override
    public void read(int index, float[] out, int offset) {
        data.read(index, out, offset);
        watcher.read(index, out);
    }
}
