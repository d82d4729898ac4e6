package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** A reader of a stream for those who want nothing but its final pictures. Confined to the context that reads. */
public final class FinalPictures {
    private final GenerationStream stream;
    private final Context context = Vertx.currentContext();
    private final Promise<Outcome> outcome = Promise.promise();
    private final List<GenerationEvent.Stepped> pictures = new ArrayList<>();

    private FinalPictures(GenerationStream stream) {
        this.stream = stream;
    }

    /** What a stream came to. */
    public sealed interface Outcome {
        /** Answers with the pictures, or with why they are not all there. */
        void either(Consumer<Complete> complete, Consumer<Failure> failed);

        /** Every sample's final picture, in the order of the samples. */
        record Complete(List<GenerationEvent.Stepped> pictures, GenerationEvent.Finished finished) implements Outcome {
            public Complete {
                pictures = List.copyOf(pictures);
            }

            @Override
            public void either(Consumer<Complete> complete, Consumer<Failure> failed) {
                complete.accept(this);
            }
        }

        /** It ended without its last picture. */
        record Failed(Failure failure) implements Outcome {
            @Override
            public void either(Consumer<Complete> complete, Consumer<Failure> failed) {
                failed.accept(failure);
            }
        }
    }

    /**
     * Reads a stream to its end; to be called on an event loop. The future fails only when the server is broken.
     *
     * @param stream of which nobody else reads
     */
    public static Future<Outcome> of(GenerationStream stream) {
        FinalPictures reader = new FinalPictures(stream);
        reader.pull();
        return reader.outcome.future();
    }

    private void pull() {
        stream.next().onSuccess(this::take).onFailure(outcome::tryFail);
    }

    private void take(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            if (stepped.last()) {
                pictures.add(stepped);
            }
            // In a turn of its own, or a long run of events that are there already would nest a frame deeper for each.
            context.runOnContext(turn -> pull());
        } else if (event instanceof GenerationEvent.Finished finished) {
            pictures.sort(Comparator.comparingInt(GenerationEvent.Stepped::sample));
            outcome.complete(new Outcome.Complete(pictures, finished));
        } else if (event instanceof GenerationEvent.Failed failed) {
            outcome.complete(new Outcome.Failed(failed.failure()));
        } else {
            outcome.fail(new IllegalStateException("a stream was accepted twice"));
        }
    }
}
