package dev.glimpse.observability;

import dev.glimpse.generation.GenerationListener;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.Release;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** The core's numbers: its lanes, its forwards, and the previews that nobody got. */
final class CoreMeter implements GenerationListener {
    private final Meters meters;
    private final IntFunction<String> deviceNames;
    private final RequestSpans spans;
    private final Efficiency efficiency = new Efficiency();
    private final Map<String, LaneMeter> lanes = new ConcurrentHashMap<>();
    private final ForwardAges ages = new ForwardAges();
    private final LentTimes lent;

    private final Map<Release, DistributionSummary> batchSizes = new EnumMap<>(Release.class);
    private final Timer steps;
    private final Counter stepNfe;
    private final Counter previewNfe;
    private final Counter wastedNfe;
    private final Counter failures;
    private final Counter conflated;
    private final Counter skipped;
    private volatile int scoresWaiting;
    private volatile int hung;

    /** @param deviceNames of devices by index */
    CoreMeter(Meters meters, RequestSpans spans, IntFunction<String> deviceNames) {
        this.meters = meters;
        this.deviceNames = deviceNames;
        this.spans = spans;
        lent = new LentTimes(meters, deviceNames);
        for (Release release : Release.values()) {
            batchSizes.put(release, meters.summary(Metric.STEP_BATCH_SIZE, Buckets.rows(), label(release)));
        }
        steps = meters.timer(Metric.STEP_DURATION, Buckets.step());
        stepNfe = meters.counter(Metric.NFE, "step");
        previewNfe = meters.counter(Metric.NFE, "preview");
        wastedNfe = meters.counter(Metric.NFE, "wasted");
        failures = meters.counter(Metric.FORWARD_FAILURES);
        conflated = meters.counter(Metric.PREVIEW_FRAMES, "conflated");
        skipped = meters.counter(Metric.PREVIEW_FRAMES, "skipped");
        registerGauges();
    }

    private void registerGauges() {
        for (Rank rank : Rank.values()) {
            meters.gauge(Metric.QUEUE_REQUESTS, () -> sum(lane -> lane.waitingRequests(rank)), label(rank));
            meters.gauge(Metric.QUEUE_NFE, () -> sum(lane -> lane.queuedNfe(rank)), label(rank));
        }
        meters.gauge(Metric.ACTIVE_TRAJECTORIES, this::trajectories);
        meters.gauge(
                Metric.BROWNOUT_LEVEL,
                () -> lanes.values().stream()
                        .mapToInt(LaneMeter::brownOut)
                        .max()
                        .orElse(0));
        meters.gauge(Metric.ESTIMATED_WAIT, this::expectedWaitSeconds);
        meters.gauge(Metric.EFFICIENCY_RATIO, efficiency::ratio);
        meters.gauge(Metric.SCORING_WAITING, () -> scoresWaiting);
        meters.gauge(Metric.FORWARDS_HUNG, () -> hung);
        meters.gauge(
                Metric.FORWARD_AGE,
                () -> oldestForward()
                        .map(oldest -> oldest.age().toNanos() / 1e9)
                        .orElse(0.0));
    }

    /** Network evaluations that all admitted requests may still need. */
    int queuedNfe() {
        return sum(LaneMeter::queuedNfe);
    }

    /** Pictures being refined. */
    int trajectories() {
        return sum(LaneMeter::trajectories);
    }

    /** How long the devices will take for all admitted work. */
    double expectedWaitSeconds() {
        return lanes.values().stream()
                .mapToDouble(LaneMeter::expectedWaitSeconds)
                .sum();
    }

    private int sum(ToIntFunction<LaneMeter> number) {
        return lanes.values().stream().mapToInt(number).sum();
    }

    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** How full the queue is: all lanes' work by the most that they may hold together, 0..1. */
    double queueFill() {
        return lanes.values().stream().mapToDouble(LaneMeter::fill).sum();
    }

    /** The forward that has run for longest. */
    Optional<ForwardAges.Age> oldestForward() {
        return ages.oldest();
    }

    @Override
    public SchedulerListener opened(String lane, SchedulerSettings settings) {
        LaneMeter meter = new LaneMeter(lane, settings, meters, deviceNames, efficiency, ages);
        lanes.put(lane, meter);
        return meter;
    }

    @Override
    public void closed(String lane) {
        LaneMeter meter = lanes.remove(lane);
        if (meter != null) {
            meter.close();
        }
    }

    @Override
    public void forward(Forward forward) {
        int wanted = 0;
        int rows = 0;
        for (Part part : forward.parts()) {
            rows += part.rows();
            if (part.wanted()) {
                wanted += part.rows();
                stepNfe.increment();
                previewNfe.increment(part.rows() - 1);
            } else {
                wastedNfe.increment(part.rows());
            }
        }
        batchSizes.get(forward.release()).record(rows);
        steps.record(Duration.ofNanos(forward.durationNanos()));
        efficiency.forward(forward.lane(), forward.device(), wanted, forward.durationNanos());
        spans.forward(forward);
    }

    @Override
    public void failed(String lane, Batch batch) {
        ages.ended(batch.device());
        failures.increment();
    }

    @Override
    public void lent(int device, long nowNanos) {
        ages.begun(device, nowNanos);
        lent.begun(device, nowNanos);
    }

    @Override
    public void returned(int device, boolean failed) {
        ages.ended(device);
        lent.ended(device);
        if (failed) {
            failures.increment();
        }
    }

    @Override
    public void scoresWaiting(int requests) {
        scoresWaiting = requests;
    }

    @Override
    public void hung(int threads) {
        hung = threads;
    }

    @Override
    public void conflated() {
        conflated.increment();
    }

    @Override
    public void skipped(int previews) {
        skipped.increment(previews);
    }
}
