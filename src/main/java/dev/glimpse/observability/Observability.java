package dev.glimpse.observability;

import dev.glimpse.generation.GenerationListener;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators see of a server: its metrics and traces, hung on the core as a listener and on each door as a layer in
 * front of the core. Safe to call from any thread.
 */
public final class Observability implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Observability.class);

    private final ObservabilitySettings settings;
    private final Meters meters = new Meters();
    private final Tracing tracing;
    private final RequestSpans spans;
    private final CoreMeter core;
    private final RequestMeter requests;
    private final ScoringMeter scores;
    private final ProcessMeter process;
    private final DoorTimes times = new DoorTimes();
    private volatile Supplier<List<ServedModel>> served = List::of;

    public Observability(ObservabilitySettings settings) {
        this.settings = settings;
        tracing = new Tracing(settings.traces(), settings.version());
        spans = new RequestSpans(tracing.tracer(), settings.traces().endpoint().isPresent());
        core = new CoreMeter(meters, spans, settings::device);
        requests = new RequestMeter(meters, times);
        scores = new ScoringMeter(meters, spans);
        process = new ProcessMeter(meters, settings.version());
    }

    /** To be told by the core. */
    public GenerationListener listener() {
        return core;
    }

    /** Lets a door's numbers begin at zero, before anybody has come to it. */
    public void open(String door) {
        requests.door(door);
    }

    /**
     * The core as a door is to see it.
     *
     * @param door name of the door, unlike that of any other
     * @param tenant in whose name it asks
     * @param rank of what it asks in that name
     */
    public Generator door(String door, String tenant, Rank rank, Generator generator) {
        requests.door(door);
        Visitor visitor = new Visitor(door, tenant, rank);
        return new ObservedGenerator(
                generator,
                aim -> new RequestWatch(visitor, aim, requests, spans, System::nanoTime),
                (longest, asking) -> scores.watch(visitor, longest, asking),
                work(door));
    }

    /** What does some of a door's work, with its processor time counted as the door's, and once. */
    public Consumer<Runnable> work(String door) {
        return part -> times.run(door, part);
    }

    /** What takes a door's requests in, with its processor time counted as the door's. */
    public Handler<HttpServerRequest> taking(String door, Handler<HttpServerRequest> handler) {
        requests.door(door);
        return request -> times.run(door, () -> handler.handle(request));
    }

    /**
     * Tells when a certificate of the public port expires.
     *
     * @param certificate which one
     * @param expiry in seconds of Unix time, asked at each scrape; NaN for none
     */
    public void certificate(String certificate, DoubleSupplier expiry) {
        meters.gauge(Metric.CERTIFICATE_EXPIRY, expiry, certificate);
    }

    /**
     * Begins to tell of connections.
     *
     * @param open how many there are; asked at each scrape, as the other
     * @param refused how many were closed as they came, ever
     */
    public void connections(IntSupplier open, LongSupplier refused) {
        meters.gauge(Metric.OPEN_CONNECTIONS, open::getAsInt);
        meters.counter(Metric.REFUSED_CONNECTIONS, refused::getAsLong);
    }

    /** What the public port is served by: the doors, with the traces that clients began, and reports for balancers. */
    public Handler<HttpServerRequest> before(Handler<HttpServerRequest> doors) {
        LoadReport load = new LoadReport(core);
        boolean traced = settings.traces().endpoint().isPresent();
        return request -> {
            if (traced) {
                TraceParents.remember(request);
            }
            load.answer(request);
            doors.handle(request);
        };
    }

    /**
     * Begins to tell of the models that are served, and on the CPU of the memory where their network is evaluated.
     *
     * @param models asked at each scrape, as models come and go
     * @param broken how many versions are not served because they cannot be; asked at each scrape, too
     */
    public void serving(Supplier<List<ServedModel>> models, IntSupplier broken) {
        served = models;
        meters.gauge(Metric.MODELS_BROKEN, broken::getAsInt);
        if (settings.devices().isEmpty()) {
            // The CPU's workers share the memory of the process.
            memory("cpu", ResidentMemory::bytes);
        }
    }

    /** Begins to tell how many devices work; asked at each scrape. */
    public void devices(IntSupplier working) {
        meters.gauge(Metric.DEVICES, working::getAsInt);
    }

    /**
     * Begins to tell of the memory in use on a device.
     *
     * @param device its name
     * @param bytes asked at each scrape; NaN where nobody knows
     */
    public void memory(String device, DoubleSupplier bytes) {
        meters.gauge(Metric.DEVICE_MEMORY, bytes, device);
    }

    /** Adds {@code /metrics}. */
    public void mount(Router router, Supplier<Optional<String>> notReadyBecause) {
        meters.gauge(Metric.READY, () -> notReadyBecause.get().isEmpty() ? 1 : 0);
        router.get("/metrics").handler(this::scrape);
    }

    private void scrape(RoutingContext context) {
        // Some numbers come from files of the system.
        context.vertx()
                .executeBlocking(this::scrape, false)
                .compose(text -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(cause -> LOG.debug("A scrape was not answered", cause));
    }

    String scrape() {
        meters.infos(
                Metric.MODEL,
                served.get().stream()
                        .map(model -> List.of(model.name(), model.version(), model.device()))
                        .toList());
        return meters.scrape();
    }

    /** Why requests are not welcome, as far as the core knows: the queue is full. */
    public Optional<String> overloaded() {
        double fill = core.queueFill();
        return fill < settings.fullQueue()
                ? Optional.empty()
                : Optional.of("the queue is full: " + Math.round(100 * fill) + " % of its bound");
    }

    /** Why the process had better be replaced: a forward that does not end. */
    public Optional<String> stuck() {
        return running(settings.stuckAfter());
    }

    /** What will be a reason to replace the process before long. */
    public Optional<String> slow() {
        return running(settings.stuckAfter().dividedBy(2));
    }

    private Optional<String> running(Duration atLeast) {
        return core.oldestForward()
                .filter(oldest -> oldest.age().compareTo(atLeast) >= 0)
                .map(oldest -> "a forward has been running for " + oldest.age().toSeconds() + " s on "
                        + device(oldest.device()));
    }

    /** How long nothing may come from the devices before the process had better be replaced. */
    public Duration patience() {
        return settings.stuckAfter();
    }

    /** What a device is called in reasons and notes. */
    public String device(int index) {
        return "device " + settings.device(index);
    }

    /** Sends the spans that have ended so far, and waits for that a moment. */
    public void sendSpans() {
        tracing.send();
    }

    @Override
    public void close() {
        tracing.close();
        process.close();
        meters.close();
    }
}
