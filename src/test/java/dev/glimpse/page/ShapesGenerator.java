package dev.glimpse.page;

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
import dev.glimpse.generation.ModelProfile;
import dev.glimpse.generation.ModelShelf;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A core whose pictures are shapes that come out of noise, one step every few milliseconds. */
final class ShapesGenerator implements Generator {
    /** The name of a model that does not jump. */
    private static final String DENOISER = "denoised-shapes";

    private static final long STEP_MILLIS = 70;
    private static final long STEP_NANOS = STEP_MILLIS * 1_000_000;

    private final Vertx vertx;
    private final List<String> answering = new CopyOnWriteArrayList<>();
    private final List<GenerationEvent.Accepted> begun = new CopyOnWriteArrayList<>();
    private final List<String> resumed = new CopyOnWriteArrayList<>();
    private volatile List<ServedModel> models;
    private volatile boolean leaving;
    private volatile boolean remembering;
    private volatile boolean holding;
    private volatile long stepMillis = STEP_MILLIS;
    private volatile GenerationLimits limits = new GenerationLimits(64, 16, 1024, Duration.ofMinutes(5));
    private final AtomicInteger refusals = new AtomicInteger();

    ShapesGenerator(Vertx vertx, int channels) {
        this(vertx, List.of(model("3", channels)));
    }

    ShapesGenerator(Vertx vertx, List<ServedModel> models) {
        this.vertx = vertx;
        this.models = List.copyOf(models);
    }

    static ServedModel model(String version, int channels) {
        return model("shapes", version, channels);
    }

    /** One with other classes, of which one has another place. */
    static ServedModel crosses(String version) {
        return new ServedModel("crosses", version, List.of("Cross", "Star", "Star"), 1, 28, 28, 0.002, 80, "cpu x 2");
    }

    /** A model that does not jump, and is walked by heun alone. */
    static ServedModel denoiser() {
        return model(DENOISER, "1", 1);
    }

    private static ServedModel model(String name, String version, int channels) {
        return new ServedModel(name, version, List.of("Disc", "Ring", "Cross"), channels, 28, 28, 0.002, 80, "cpu x 2");
    }

    /** From now on these are the models. */
    void serve(List<ServedModel> others) {
        models = List.copyOf(others);
    }

    /** The version that answered each request, in their order. */
    List<String> answering() {
        return answering;
    }

    /** The tokens that it was asked to go on with, in their order. */
    List<String> resumed() {
        return resumed;
    }

    /** From now on pictures are there before they are asked for, as those of a seed that came before. */
    void remember() {
        remembering = true;
    }

    /** From now on steps are there almost at once, for what nobody looks at on its way. */
    void hurry() {
        stepMillis = 1;
    }

    /** From now on no step ends, as where one takes minutes. */
    void hold() {
        holding = true;
    }

    /** The next so many requests find no room, and are told of some in a moment. */
    void refuse(int requests) {
        refusals.set(requests);
    }

    /** Goes on with what was held. */
    void letGo() {
        holding = false;
    }

    /** The next stream to take a step is left where it is, with a token, as a server does that shuts down. */
    void leaveOne() {
        leaving = true;
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        String[] token = request.token().split("/", -1);
        if (Integer.parseInt(token[0]) >= begun.size()) {
            return Future.succeededFuture(
                    new Submission.Refused(new Failure.InvalidField(ResumeRequest.FIELD, "resume_token: not ours")));
        }
        resumed.add(request.token());
        int from = Integer.parseInt(token[1]);
        ScriptedStream stream = new ScriptedStream(begun.get(Integer.parseInt(token[0])));
        step(stream, from, from + 1);
        return Future.succeededFuture(new Submission.Admitted(stream));
    }

    @Override
    public GenerationSession session() {
        return new OpenSession(this);
    }

    @Override
    public List<ServedModel> models() {
        return models;
    }

    @Override
    public List<ModelVersion> versions() {
        return models.stream().map(ShapesGenerator::read).toList();
    }

    private static ModelVersion read(ServedModel model) {
        List<Sampler> samplers = model.name().equals(DENOISER) ? List.of(Sampler.HEUN) : List.of(Sampler.values());
        return new ModelVersion(
                new ModelShelf.ModelState(model.name(), model.version(), ModelShelf.Standing.SERVING, ""),
                Optional.of(new ModelProfile(model, 0.5, 7, samplers, 0, OptionalDouble.empty())));
    }

    @Override
    public GenerationLimits limits() {
        return limits;
    }

    /** From now on it allows at most so many steps and pictures, and evaluations of a request. */
    void allow(int steps, int count, int nfe) {
        limits = new GenerationLimits(steps, count, nfe, Duration.ofMinutes(5));
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Future.succeededFuture(new Submission.Refused(new Failure.Overloaded(Duration.ofMillis(10))));
        }
        if (request.count() > limits().maxCount()) {
            String message = "count: " + request.count() + " (expected: 1.." + limits().maxCount() + ")";
            return Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("count", message)));
        }
        List<ServedModel> now = models;
        Optional<ServedModel> asked = now.stream()
                .filter(model -> List.of("", model.name()).contains(request.model())
                        && List.of("", model.version()).contains(request.version()))
                .findFirst();
        if (asked.isEmpty()) {
            List<String> served = now.stream()
                    .map(model -> model.name() + "/" + model.version())
                    .toList();
            Failure unknown = new Failure.ModelNotFound(request.model() + "/" + request.version(), served);
            return Future.succeededFuture(new Submission.Refused(unknown));
        }
        if (asked.get().name().equals(DENOISER) && request.plan().gamma().isPresent()) {
            String message = "sampler: exact (expected: heun, as the model is a denoiser and does not jump)";
            return Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("sampler", message)));
        }
        GenerationEvent.Accepted accepted = tokened(accepted(request, asked.get()), begun.size());
        int nfe = accepted.plan().nfe() * request.count();
        if (nfe > limits().maxNfe()) {
            String message = "count: " + nfe + " evaluations (expected: at most " + limits().maxNfe() + ")";
            return Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("count", message)));
        }
        answering.add(asked.get().version());
        begun.add(accepted);
        ScriptedStream stream = new ScriptedStream(accepted);
        step(stream, 0, 1);
        return Future.succeededFuture(new Submission.Admitted(stream));
    }

    private static GenerationEvent.Accepted accepted(GenerationRequest request, ServedModel model) {
        GenerationEvent.Accepted any = ScriptedGenerator.accepted(request, model);
        return new GenerationEvent.Accepted(
                any.requestId(),
                model,
                any.seed(),
                any.count(),
                request.label()
                        .map(label -> Collections.nCopies(request.count(), ((ClassLabel.Index) label).value()))
                        .orElse(any.labels()),
                model.name().equals(DENOISER) ? heun(request.plan().steps(), model) : any.plan(),
                any.preview(),
                any.terms());
    }

    private static StepPlan heun(int steps, ServedModel model) {
        return StepPlans.plan(Sampler.HEUN, 0, steps, model.sigmaMin(), model.sigmaMax(), 7);
    }

    /** The same with a token, which says which request it is of, and how many steps of it have been taken. */
    private static GenerationEvent.Accepted tokened(GenerationEvent.Accepted accepted, int request) {
        GenerationEvent.Terms terms = accepted.terms();
        return new GenerationEvent.Accepted(
                accepted.requestId(),
                accepted.model(),
                accepted.seed(),
                accepted.count(),
                accepted.labels(),
                accepted.plan(),
                accepted.preview(),
                new GenerationEvent.Terms(
                        terms.format(),
                        terms.fromStep(),
                        terms.quality(),
                        terms.shortened(),
                        terms.deterministic(),
                        terms.cached(),
                        request + "/0"));
    }

    private static String token(GenerationEvent.Accepted accepted, int steps) {
        return accepted.terms().resumeToken().replaceAll("/.*", "/" + steps);
    }

    /** @param from steps that had been taken before this stream */
    private void step(ScriptedStream stream, int from, int step) {
        vertx.setTimer(stepMillis, timer -> {
            if (stream.cancelled().isDone()) {
                return;
            }
            if (holding) {
                step(stream, from, step);
                return;
            }
            GenerationEvent.Accepted accepted = stream.accepted();
            if (leaving) {
                leaving = false;
                Duration soon = Duration.ofMillis(STEP_MILLIS);
                stream.emit(new GenerationEvent.Failed(
                        new Failure.Unavailable("the server is shutting down", soon, token(accepted, step - 1))));
                return;
            }
            int steps = accepted.plan().nfe();
            int samples = accepted.labels().size();
            for (int sample = 0; sample < samples; sample++) {
                stream.emit(stepped(accepted, sample, from, step));
            }
            if (step < steps) {
                step(stream, from, step + 1);
            } else {
                int taken = steps - from;
                stream.emit(new GenerationEvent.Finished(samples * taken, 0, taken * STEP_NANOS));
            }
        });
    }

    private GenerationEvent.Stepped stepped(GenerationEvent.Accepted accepted, int sample, int from, int step) {
        StepPlan plan = accepted.plan();
        Step taken = plan.steps().get(step - 1);
        return new GenerationEvent.Stepped(
                sample,
                step,
                step == plan.nfe(),
                false,
                taken.t(),
                taken.s(),
                step - from,
                2 * accepted.labels().size(),
                remembering ? 0 : STEP_NANOS * 4 / 5,
                remembering ? 0 : (step - from) * STEP_NANOS,
                PreviewKind.EXACT,
                picture(accepted, sample, (double) (plan.nfe() - step) / plan.nfe()),
                // Until its last sample has been told of a step, that one is taken again.
                token(accepted, sample == accepted.labels().size() - 1 ? step : step - 1));
    }

    private static byte[] picture(GenerationEvent.Accepted accepted, int sample, double noise) {
        ServedModel model = accepted.model();
        Random random = new Random(accepted.seed() * 31 + sample);
        double centreX = 12 + 4 * random.nextDouble();
        double centreY = 12 + 4 * random.nextDouble();
        double size = 8 + 3 * random.nextDouble();
        byte[] image = new byte[model.height() * model.width() * model.channels()];
        int at = 0;
        for (int y = 0; y < model.height(); y++) {
            for (int x = 0; x < model.width(); x++) {
                double shape = shape(accepted.labels().get(sample), (x - centreX) / size, (y - centreY) / size);
                for (int channel = 0; channel < model.channels(); channel++) {
                    double clean = shape * (channel == 0 ? 235 : 235 - 90 * channel * (double) y / model.height());
                    double value = (1 - noise) * clean + noise * 255 * random.nextDouble();
                    image[at++] = (byte) Math.round(value);
                }
            }
        }
        return image;
    }

    /** Ink at a point of the shape's own coordinates, where the shape reaches from -1 to 1. */
    private static double shape(int label, double x, double y) {
        double radius = Math.hypot(x, y);
        double inside = switch (label) {
            case 0 -> 1 - radius;
            case 1 -> 0.25 - Math.abs(radius - 0.75);
            default -> Math.min(0.28 - Math.min(Math.abs(x), Math.abs(y)), 1 - radius);
        };
        return Math.min(1, Math.max(0, 0.5 + 6 * inside));
    }
}
