package dev.glimpse.api;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A core without a model: admits every request to a stream that the test holds, unless the test answers otherwise. */
public final class ScriptedGenerator implements Generator {
    public static final ServedModel MODEL =
            new ServedModel("shapes", "1", List.of("Disc", "Ring", "Cross"), 1, 4, 6, 0.002, 80, "cpu x 2");

    private final BlockingQueue<GenerationRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<OpenSession> sessions = new LinkedBlockingQueue<>();
    private final BlockingQueue<ResumeRequest> resumes = new LinkedBlockingQueue<>();
    private final BlockingQueue<ScriptedStream> streams = new LinkedBlockingQueue<>();
    private volatile Duration maxDuration = Duration.ofMinutes(5);
    private volatile int resumedCount = 1;
    private volatile int keptRequests = 4;
    private volatile Optional<Failure> resumeRefusal = Optional.empty();
    private volatile Function<GenerationRequest, Future<Submission>> answer = this::admit;

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        requests.add(request);
        return answer.apply(request);
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        resumes.add(request);
        if (resumeRefusal.isPresent()) {
            return Future.succeededFuture(new Submission.Refused(resumeRefusal.get()));
        }
        ScriptedStream stream = new ScriptedStream(accepted(behindToken(resumedCount), MODEL));
        streams.add(stream);
        return Future.succeededFuture(new Submission.Admitted(stream));
    }

    /** What every token stands for. */
    private static GenerationRequest behindToken(int count) {
        return new GenerationRequest(
                "",
                "",
                OptionalLong.of(5),
                count,
                Optional.empty(),
                PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 4),
                PreviewKind.EXACT,
                ImageFormat.PNG,
                Optional.empty(),
                Quality.FIXED,
                true);
    }

    @Override
    public GenerationSession session() {
        OpenSession session = new OpenSession(this, keptRequests);
        sessions.add(session);
        return session;
    }

    /** The next session that was opened. */
    public OpenSession opened() throws InterruptedException {
        return require(sessions.poll(10, TimeUnit.SECONDS), "session");
    }

    /** The next token that reached this generator. */
    public ResumeRequest resumed() throws InterruptedException {
        return require(resumes.poll(10, TimeUnit.SECONDS), "token");
    }

    @Override
    public List<ServedModel> models() {
        return List.of(MODEL);
    }

    @Override
    public GenerationLimits limits() {
        return new GenerationLimits(64, 16, 256, maxDuration);
    }

    /** From now on requests may live so long. */
    public void maxDuration(Duration longest) {
        maxDuration = longest;
    }

    /** From now on every request is answered like this. */
    public void answer(Function<GenerationRequest, Future<Submission>> script) {
        answer = script;
    }

    /** Sessions that are opened from now on say that they keep so many requests. */
    public void keptRequests(int count) {
        keptRequests = count;
    }

    /** From now on tokens are of requests for so many pictures. */
    public void resumedCount(int count) {
        resumedCount = count;
    }

    /** From now on no token is taken. */
    public void refuseResumes(Failure why) {
        resumeRefusal = Optional.of(why);
    }

    /** The next request that reached this generator. */
    public GenerationRequest request() throws InterruptedException {
        return require(requests.poll(10, TimeUnit.SECONDS), "request");
    }

    /** The stream of the next request that was admitted. */
    public ScriptedStream stream() throws InterruptedException {
        return require(streams.poll(10, TimeUnit.SECONDS), "stream");
    }

    /** How many requests came that no test has taken. */
    public int waitingRequests() {
        return requests.size();
    }

    private Future<Submission> admit(GenerationRequest request) {
        ScriptedStream stream = new ScriptedStream(accepted(request, MODEL));
        streams.add(stream);
        return Future.succeededFuture(new Submission.Admitted(stream));
    }

    private static <T> T require(T value, String name) {
        if (value == null) {
            throw new AssertionError("no " + name + " came within 10 s");
        }
        return value;
    }

    /** How a server would understand the request, with labels 0, 1, 2, ... and seed 2^64 - 1 where it says nothing. */
    public static GenerationEvent.Accepted accepted(GenerationRequest request, ServedModel model) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            labels.add(i % model.labels().size());
        }
        return new GenerationEvent.Accepted(
                "r-1",
                model,
                request.seed().orElse(-1),
                request.count(),
                labels,
                plan(request.plan().steps()),
                request.preview(),
                terms(request.format()));
    }

    /** How these requests are served: their tokens say nothing. */
    public static GenerationEvent.Terms terms(ImageFormat format) {
        return new GenerationEvent.Terms(format, 0, Quality.FIXED, false, true, false, "begin");
    }

    /** Straight jumps from 80 down to 0.002 in equal ratios. */
    public static StepPlan plan(int steps) {
        List<Step> plan = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double s = time(i + 1, steps);
            plan.add(new Step(time(i, steps), s, s, 0));
        }
        return new StepPlan(Sampler.EXACT, 0, Collections.unmodifiableList(plan));
    }

    private static double time(int knot, int steps) {
        return 80 * Math.pow(0.002 / 80, (double) knot / steps);
    }

    /** A step of a plan as the core would tell it: 8 rows, 1.5 ms a forward, one forward after the other. */
    public static GenerationEvent.Stepped stepped(int sample, int step, StepPlan plan, byte[] image) {
        Step taken = plan.steps().get(step - 1);
        long forwardNanos = 1_500_000;
        return new GenerationEvent.Stepped(
                sample,
                step,
                step == plan.nfe(),
                false,
                taken.t(),
                taken.s(),
                step,
                8,
                forwardNanos,
                step * forwardNanos,
                PreviewKind.EXACT,
                image,
                "step " + step);
    }

    /** The same step as the last one of a sample that was cut short. */
    public static GenerationEvent.Stepped shortened(GenerationEvent.Stepped step) {
        return new GenerationEvent.Stepped(
                step.sample(),
                step.step(),
                true,
                true,
                step.t(),
                step.s(),
                step.nfe(),
                step.batchRows(),
                step.forwardNanos(),
                step.elapsedNanos(),
                step.kind(),
                step.image(),
                step.resumeToken());
    }
}
