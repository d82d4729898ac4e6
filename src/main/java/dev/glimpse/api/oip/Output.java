package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.math.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A tensor that models give. */
enum Output {
    /** Pixels of every picture: pictures x height x width x channels. */
    IMAGE(TensorType.UINT8),
    /** Class of every picture; none for a model without classes. */
    LABELS(TensorType.INT32),
    /** Noise key that the pictures come from. */
    SEED(TensorType.UINT64),
    /** Network evaluations spent. */
    NFE(TensorType.INT32),
    /**
     * The steps planned for every trajectory, steps x 4: t, s, the next t, and the deviation of the noise between them.
     * Of one that was shortened later it is the plan no less, of which it took the first steps, the last one to the
     * end.
     */
    PLAN(TensorType.FP64);

    private static final int PLAN_COLUMNS = 4;

    private final TensorType type;

    Output(TensorType type) {
        this.type = type;
    }

    /**
     * What outputs are made of.
     *
     * @param pictures in the order in which they are given
     * @param nfe evaluations spent on all of them
     */
    record Result(GenerationEvent.Accepted accepted, List<GenerationEvent.Stepped> pictures, int nfe) {
        Result {
            pictures = List.copyOf(pictures);
        }

        /** Whether any of the pictures took fewer steps than were asked for. */
        boolean shortened() {
            return pictures.stream().anyMatch(GenerationEvent.Stepped::shortened);
        }
    }

    /** Name of the tensor. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    TensorType type() {
        return type;
    }

    /**
     * The output with this name.
     *
     * @throws dev.glimpse.generation.InvalidFieldException if there is none
     */
    static Output of(String name) {
        return Arrays.stream(values())
                .filter(output -> output.title().equals(name))
                .findFirst()
                .orElseThrow(() -> MessageFields.refused(
                        "outputs",
                        name.isEmpty() ? "no name" : name,
                        "of " + Arrays.stream(values()).map(Output::title).collect(Collectors.joining(", "))));
    }

    /** Shape in general; -1 for a dimension that varies. */
    List<Long> shape(ServedModel model) {
        return switch (this) {
            case IMAGE -> List.of(-1L, (long) model.height(), (long) model.width(), (long) model.channels());
            case LABELS -> List.of(-1L);
            case SEED, NFE -> List.of(1L);
            case PLAN -> List.of(-1L, (long) PLAN_COLUMNS);
        };
    }

    /** The tensor of a result. */
    OutputTensor of(Result result) {
        ServedModel model = result.accepted().model();
        long pictures = result.pictures().size();
        return switch (this) {
            case IMAGE ->
                new OutputTensor(
                        this,
                        List.of(pictures, (long) model.height(), (long) model.width(), (long) model.channels()),
                        pixels(result));
            case LABELS -> labels(result);
            case SEED ->
                new OutputTensor(
                        this,
                        List.of(1L),
                        bytes(Long.BYTES).putLong(result.accepted().seed()));
            case NFE -> new OutputTensor(this, List.of(1L), bytes(Integer.BYTES).putInt(result.nfe()));
            case PLAN -> plan(result.accepted().plan().steps());
        };
    }

    private static ByteBuffer pixels(Result result) {
        ByteBuffer all = bytes(result.pictures().stream()
                .mapToInt(picture -> picture.image().length)
                .sum());
        result.pictures().forEach(picture -> all.put(picture.image()));
        return all;
    }

    private OutputTensor labels(Result result) {
        List<Integer> labels = result.accepted().labels();
        if (labels.isEmpty()) {
            return new OutputTensor(this, List.of(0L), bytes(0));
        }
        ByteBuffer all = bytes(result.pictures().size() * Integer.BYTES);
        result.pictures().forEach(picture -> all.putInt(labels.get(picture.sample())));
        return new OutputTensor(this, List.of((long) result.pictures().size()), all);
    }

    private OutputTensor plan(List<Step> steps) {
        ByteBuffer all = bytes(steps.size() * PLAN_COLUMNS * Double.BYTES);
        for (Step step : steps) {
            all.putDouble(step.t()).putDouble(step.s()).putDouble(step.nextT()).putDouble(step.noiseStd());
        }
        return new OutputTensor(this, List.of((long) steps.size(), (long) PLAN_COLUMNS), all);
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
