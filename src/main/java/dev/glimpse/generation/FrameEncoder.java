package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.List;

/** Makes events of a model's frames, away from the event loops and the devices. */
final class FrameEncoder {
    private final WorkerExecutor threads;
    private final PictureEncoder pictures;

    FrameEncoder(WorkerExecutor threads, ModelSpec spec) {
        this.threads = threads;
        pictures = new PictureEncoder(new PictureShape(spec.channels(), spec.height(), spec.width()));
    }

    /**
     * The event of a frame for one who reads it.
     *
     * @param shown steps of each sample that the reader has been shown with it
     * @param asking the reader's request
     * @param admittedNanos when that was admitted
     */
    Future<GenerationEvent.Stepped> encode(
            Frame frame, List<Integer> shown, PlannedRequest asking, long admittedNanos) {
        ImageFormat format = asking.recipe().request().format();
        // Of what is encoded the end alone is asked for; what comes before tells how it goes.
        boolean bare = asking.recipe().request().encodes() && !frame.last();
        return threads.executeBlocking(
                () -> frame.event(
                        bare
                                ? new byte[0]
                                : frame.picture().image(values -> encoded(frame, values, asking.edit(), format)),
                        admittedNanos,
                        asking.issuer().issue(shown)),
                false);
    }

    /** Raw values stay as the model made them; pixels have an end, and may not lose there what the edit knows. */
    private byte[] encoded(Frame frame, float[] values, Edit edit, ImageFormat format) {
        boolean picture = frame.last() || frame.kind() != PreviewKind.STATE;
        boolean fitted = picture && format != ImageFormat.RAW_F32;
        return pictures.encode(fitted ? edit.fitted(values) : values, format);
    }
}
