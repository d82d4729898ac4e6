package dev.glimpse.training;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tiny data, of which no picture can be read that the first steps of a recipe do not ask for. */
final class BrokenData implements DataSet {
    private final ImageDataSet data = TinyRun.data();
    private final Set<Integer> whole;

    /** @param steps of the recipe that get their pictures */
    BrokenData(TrainingRecipe recipe, int steps) {
        BatchOrder order = new BatchOrder(data.count(), recipe.seed());
        int batch = recipe.schedule().batch();
        whole = IntStream.range(0, steps * batch).mapToObj(order::at).collect(Collectors.toSet());
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
    public void read(int index, float[] to, int offset) {
        if (!whole.contains(index)) {
            throw new DataSetException("picture " + index + ": broken");
        }
        data.read(index, to, offset);
    }
}
