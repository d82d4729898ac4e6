package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running core on a Gaussian engine, and the ways in which tests talk to it; every wait is bounded. */
public final class Core implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final GaussianEngine engine = new GaussianEngine();
    final GenerationService service;

    Core(GenerationSettings settings) {
        this(settings, GenerationListener.NONE);
    }

    Core(GenerationSettings settings, GenerationListener listener) {
        this(settings, listener, Scoring.NONE);
    }

    Core(GenerationSettings settings, Scoring scoring) {
        this(settings, GenerationListener.NONE, scoring);
    }

    Core(GenerationSettings settings, GenerationListener listener, Scoring scoring) {
        this(settings, listener, scoring, "");
    }

    private Core(GenerationSettings settings, GenerationListener listener, Scoring scoring, String weightsSha256) {
        ModelSource source = engine.source("garments", "1");
        ModelSource known = new ModelSource(
                source.name(), source.version(), source.spec(), source.loader(), source.parameters(), weightsSha256);
        service = await(GenerationService.start(vertx, new ModelCatalog(List.of(known)), settings, listener, scoring));
    }

    /** A core whose model has weights of this checksum. */
    static Core withWeights(String sha256) {
        return new Core(Settings.of(1), GenerationListener.NONE, Scoring.NONE, sha256);
    }

    /** A core with one device, which begins no forward before it is let go. */
    public static Core held() {
        return held(Settings.of(1), GenerationListener.NONE);
    }

    /** The same with somebody who listens. */
    public static Core held(GenerationListener listener) {
        return held(Settings.of(1), listener);
    }

    /** The same, which does not see before it is there that a deadline will pass. */
    public static Core heldWithoutForesight(GenerationListener listener) {
        return held(Settings.withoutForesight(), listener);
    }

    private static Core held(GenerationSettings settings, GenerationListener listener) {
        Core core = new Core(settings, listener);
        core.engine.hold();
        return core;
    }

    /** A core with one device, each of whose forwards takes so long, and room for many requests. */
    public static Core paced(Duration forward) {
        Core core = new Core(Settings.roomy());
        core.engine.pace(forward);
        return core;
    }

    /** A core with so many devices. */
    public static Core of(int devices) {
        return new Core(Settings.of(devices));
    }

    /** A core with one device that gives up what does not end. */
    public static Core impatient(StuckRule rule, GenerationListener listener) {
        return new Core(Settings.impatient(1, rule), listener);
    }

    public GenerationService service() {
        return service;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The service as anybody sees it. */
    public Generator generator() {
        return service.as(Client.ANYONE);
    }

    public GaussianEngine engine() {
        return engine;
    }

    /** Opens a request of one sample without previews. */
    public GenerationStream openPlain(int steps, long seed) {
        return open(Requests.steps(steps).seed(seed).preview(PreviewKind.NONE));
    }

    public static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    Submission submit(Requests request) {
        return await(generator().submit(request.build()));
    }

    GenerationStream open(Requests request) {
        Submission submission = submit(request);
        assertThat(submission).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) submission).stream();
    }

    static GenerationEvent next(GenerationStream stream) {
        return await(stream.next());
    }

    /** Every event up to and with the end. */
    public static List<GenerationEvent> readAll(GenerationStream stream) {
        List<GenerationEvent> events = new ArrayList<>();
        do {
            events.add(next(stream));
        } while (events.get(events.size() - 1) instanceof GenerationEvent.Stepped);
        return events;
    }

    /** Each sample's final picture, in their order. */
    public static List<ByteBuffer> pictures(List<GenerationEvent> events) {
        finished(events);
        return frames(events).stream()
                .filter(GenerationEvent.Stepped::last)
                .sorted(Comparator.comparingInt(GenerationEvent.Stepped::sample))
                .map(frame -> ByteBuffer.wrap(frame.image()))
                .toList();
    }

    List<GenerationEvent> run(Requests request) {
        return readAll(open(request));
    }

    static List<GenerationEvent.Stepped> frames(List<GenerationEvent> events) {
        return events.stream()
                .filter(GenerationEvent.Stepped.class::isInstance)
                .map(GenerationEvent.Stepped.class::cast)
                .toList();
    }

    static GenerationEvent.Finished finished(List<GenerationEvent> events) {
        GenerationEvent last = events.get(events.size() - 1);
        assertThat(last).isInstanceOf(GenerationEvent.Finished.class);
        return (GenerationEvent.Finished) last;
    }

    static float[] floats(byte[] image) {
        float[] values = new float[image.length / Float.BYTES];
        ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public void close() {
        engine.letAllGo();
        await(service.close());
        await(vertx.close());
    }
}
