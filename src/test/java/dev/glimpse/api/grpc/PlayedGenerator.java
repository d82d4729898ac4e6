package dev.glimpse.api.grpc;

import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import io.vertx.core.Future;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/**
 * A generator without a network: it admits what a small model could serve, and hands each stream to a script.
 *
 * <p>Requests and streams are kept, in order, for a test to take.
 */
public final class PlayedGenerator implements Generator {
    public static final ServedModel MODEL =
            new ServedModel("wardrobe", "1", List.of("Trouser", "Sneaker", "Bag"), 1, 28, 28, 0.002, 80, "nothing");

    private static final GenerationLimits LIMITS = new GenerationLimits(64, 16, 256, Duration.ofSeconds(60));

    private final Consumer<ScriptedStream> script;
    private final BlockingQueue<GenerationRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<ScriptedStream> streams = new LinkedBlockingQueue<>();

    /** @param script what happens to a stream as soon as it is admitted */
    public PlayedGenerator(Consumer<ScriptedStream> script) {
        this.script = script;
    }

    /** A generator that plays every request to its end. */
    public static PlayedGenerator playing() {
        return new PlayedGenerator(stream -> play(stream, stream.accepted()));
    }

    /** The requests that were admitted. */
    public BlockingQueue<GenerationRequest> requests() {
        return requests;
    }

    /** The streams of those requests. */
    public BlockingQueue<ScriptedStream> streams() {
        return streams;
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        Optional<Failure> refusal = refusal(request);
        if (refusal.isPresent()) {
            return Future.succeededFuture(new Submission.Refused(refusal.get()));
        }
        ScriptedStream stream = new ScriptedStream(accepted(request));
        requests.add(request);
        streams.add(stream);
        script.accept(stream);
        return Future.succeededFuture(new Submission.Admitted(stream));
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return Future.succeededFuture(
                new Submission.Refused(new Failure.InvalidField(ResumeRequest.FIELD, "nothing can be resumed")));
    }

    @Override
    public GenerationSession session() {
        return new OpenSession(this);
    }

    @Override
    public List<ServedModel> models() {
        return List.of(MODEL);
    }

    @Override
    public GenerationLimits limits() {
        return LIMITS;
    }

    /** One step of one sample, with a picture that tells which. */
    public static GenerationEvent.Stepped step(int sample, int step, boolean last) {
        return step(sample, step, last, picture(sample, step));
    }

    public static GenerationEvent.Stepped step(int sample, int step, boolean last, byte[] image) {
        return new GenerationEvent.Stepped(
                sample,
                step,
                last,
                false,
                80.0 / step,
                40.0 / step,
                step,
                3,
                2_000_000,
                step * 5_000_000L,
                PreviewKind.EXACT,
                image,
                "step " + step);
    }

    private static void play(ScriptedStream stream, GenerationEvent.Accepted accepted) {
        int steps = accepted.plan().steps().size();
        int count = accepted.labels().size();
        for (int step = 1; step <= steps; step++) {
            for (int sample = 0; sample < count; sample++) {
                stream.emit(step(sample, step, step == steps));
            }
        }
        stream.emit(new GenerationEvent.Finished(steps * count, 0, steps * 5_000_000L));
    }

    private static Optional<Failure> refusal(GenerationRequest request) {
        if (!request.model().isEmpty() && !request.model().equals(MODEL.name())) {
            return Optional.of(new Failure.ModelNotFound(request.model(), List.of("wardrobe/1")));
        }
        if (request.label().isPresent() && indexOf(request.label().get()) < 0) {
            return Optional.of(new Failure.InvalidField(
                    "label",
                    "label: " + request.label().get() + " (expected: one of " + String.join(", ", MODEL.labels())
                            + ")"));
        }
        return Optional.empty();
    }

    private static int indexOf(ClassLabel label) {
        if (label instanceof ClassLabel.Index index) {
            return index.value() < MODEL.labels().size() ? index.value() : -1;
        }
        return MODEL.labels().indexOf(((ClassLabel.Name) label).value());
    }

    private static GenerationEvent.Accepted accepted(GenerationRequest request) {
        int label = request.label().map(PlayedGenerator::indexOf).orElse(0);
        List<Step> steps = new ArrayList<>();
        for (int i = 1; i <= request.plan().steps(); i++) {
            double s = i == request.plan().steps() ? MODEL.sigmaMin() : 80.0 / (i + 1);
            steps.add(new Step(80.0 / i, s, s, 0));
        }
        return new GenerationEvent.Accepted(
                "r-1",
                MODEL,
                request.seed().orElse(7),
                request.count(),
                Collections.nCopies(request.count(), label),
                new StepPlan(Sampler.EXACT, 0, steps),
                request.preview(),
                ScriptedGenerator.terms(request.format()));
    }

    private static byte[] picture(int sample, int step) {
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setSample(sample, step, 0, 255);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
