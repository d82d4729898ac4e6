package dev.glimpse.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** The registry, with meters made from the catalog alone. Safe to call from any thread. */
final class Meters {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Metric, MultiGauge> infos = new ConcurrentHashMap<>();

    /**
     * Micrometer refers to the source of a function counter weakly, and goes on with its last value once it is gone.
     */
    private final List<DoubleSupplier> countedElsewhere = new CopyOnWriteArrayList<>();

    /** @param values of the metric's labels, in their order */
    Counter counter(Metric metric, String... values) {
        return Counter.builder(name(metric))
                .description(metric.help())
                .tags(tags(metric, values))
                .register(registry);
    }

    /** A counter whose value is kept elsewhere; it must never fall. */
    void counter(Metric metric, DoubleSupplier value, String... values) {
        countedElsewhere.add(value);
        FunctionCounter.builder(name(metric), value, DoubleSupplier::getAsDouble)
                .description(metric.help())
                .tags(tags(metric, values))
                .register(registry);
    }

    /** A gauge, asked at each scrape, on any thread. */
    Meter gauge(Metric metric, DoubleSupplier value, String... values) {
        return Gauge.builder(name(metric), value, DoubleSupplier::getAsDouble)
                .description(metric.help())
                .tags(tags(metric, values))
                .strongReference(true)
                .register(registry);
    }

    /** Replaces all series of an info by those with these label values. */
    synchronized void infos(Metric metric, List<List<String>> values) {
        infos.computeIfAbsent(
                        metric,
                        m -> MultiGauge.builder(name(m)).description(m.help()).register(registry))
                .register(
                        values.stream()
                                .map(row -> MultiGauge.Row.of(tags(metric, row.toArray(String[]::new)), 1))
                                .toList(),
                        true);
    }

    Timer timer(Metric metric, Duration[] bounds, String... values) {
        return Timer.builder(name(metric))
                .description(metric.help())
                .tags(tags(metric, values))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    DistributionSummary summary(Metric metric, double[] bounds, String... values) {
        return DistributionSummary.builder(name(metric))
                .description(metric.help())
                .tags(tags(metric, values))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    void remove(Meter meter) {
        registry.remove(meter);
    }

    void bind(MeterBinder binder) {
        binder.bindTo(registry);
    }

    /** All values in Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    void close() {
        registry.close();
    }

    /** Micrometer puts words together with points, and writes them as they stand in the catalog. */
    private static String name(Metric metric) {
        return metric.title().replace('_', '.');
    }

    private static Tags tags(Metric metric, String... values) {
        List<String> labels = metric.labels();
        if (labels.size() != values.length) {
            throw new IllegalArgumentException(
                    metric.title() + ": " + values.length + " label values (expected: " + labels.size() + ")");
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            pairs.add(labels.get(i));
            pairs.add(values[i]);
        }
        return Tags.of(pairs.toArray(String[]::new));
    }
}
