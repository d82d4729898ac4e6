package dev.glimpse.api.grpc;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine that costs nothing: its frames are there as soon as they are asked for, or at the next tick. */
final class Fountain implements Generator, StreamCostTest.Source {
    private final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    private final int frames;
    private final int frameBytes;
    private final boolean paced;
    private final ConcurrentLinkedQueue<Spout> waiting = new ConcurrentLinkedQueue<>();

    /**
     * @param frames of each stream
     * @param paced whether a frame waits for its tick
     */
    Fountain(int frames, int frameBytes, boolean paced) {
        this.frames = frames;
        this.frameBytes = frameBytes;
        this.paced = paced;
    }

    /** The frame that every stream sends. */
    static GenerationEvent.Stepped frame(int bytes) {
        return PlayedGenerator.step(0, 1, false, new byte[bytes]);
    }

    @Override
    public void tick(int streams) {
        List<Spout> due = Stream.generate(waiting::remove).limit(streams).toList();
        due.get(0).loop().execute(() -> due.forEach(Spout::give));
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return generator.submit(request).map(admitted -> {
            generator.streams().clear();
            generator.requests().clear();
            return new Submission.Admitted(new Spout(((Submission.Admitted) admitted).stream()));
        });
    }

    private final class Spout implements GenerationStream {
        private final GenerationStream stream;
        private int given;
        private @Nullable Promise<GenerationEvent> asked;
        private @Nullable ContextInternal context;

        Spout(GenerationStream stream) {
            this.stream = stream;
        }

        @Override
        public GenerationEvent.Accepted accepted() {
            return stream.accepted();
        }

        @Override
        public Future<GenerationEvent> next() {
            if (given == frames) {
                return Future.succeededFuture(new GenerationEvent.Finished(frames, 0, 1));
            }
            given++;
            if (!paced) {
                return Future.succeededFuture(frame(frameBytes));
            }
            asked = Promise.promise();
            context = ContextInternal.current();
            Future<GenerationEvent> next = asked.future();
            waiting.add(this);
            return next;
        }

        EventExecutor loop() {
            return context.nettyEventLoop();
        }

        /** On the event loop. */
        void give() {
            Promise<GenerationEvent> promise = asked;
            context.emit(promise, due -> due.complete(frame(frameBytes)));
        }

        @Override
        public void cancel() {}

        @Override
        public void pause() {}

        @Override
        public Future<Optional<Failure>> proceed() {
            return Future.succeededFuture(Optional.empty());
        }
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return generator.resume(request);
    }

    @Override
    public GenerationSession session() {
        return generator.session();
    }

    @Override
    public List<ServedModel> models() {
        return generator.models();
    }

    @Override
    public List<ModelVersion> versions() {
        return generator.versions();
    }

    @Override
    public GenerationLimits limits() {
        return generator.limits();
    }
}
