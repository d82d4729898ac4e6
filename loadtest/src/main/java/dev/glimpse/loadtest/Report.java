package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Answer.End;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Results as text for people. */
final class Report {
    /** The claims that a run is asked to show, and how sure one wants to be. */
    static final EarlyStopping P99 = new EarlyStopping(0.99, 0.99);

    private static final double MILLI = 1000;

    private final PrintWriter out;
    private final Optional<RawTimes> raw;

    Report(PrintWriter out, Optional<RawTimes> raw) {
        this.out = out;
        this.raw = raw;
    }

    void server(JsonReport.Setup setup) {
        Slo slo = setup.slo();
        String unloaded = slo.unloadedNanos().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey() + " in " + String.format(Locale.ROOT, "%.1f ms", e.getValue() / 1e6))
                .collect(Collectors.joining(", "));
        print("steps, alone on %s: %s%n", setup.yardstick(), unloaded);
        setup.capacity().ifPresent(this::capacity);
        print(
                "good: first picture within %.1f ms, last within %.1f times its time alone%n",
                slo.firstNanos() / 1e6, slo.factor());
    }

    private void capacity(Capacity capacity) {
        String how = capacity.crowd() == 0 ? "" : ", with a crowd of " + capacity.crowd() + " clients";
        print("capacity %.0f evaluations/s%s%n", capacity.nfePerSecond(), how);
        if (!capacity.rows().isEmpty()) {
            efficiency(capacity.rows(), capacity.seconds());
        }
    }

    void scenario(Trial.Plan plan) {
        print("%s: %s%n", plan.scenario(), plan.scenario().about());
        print(
                "  %d requests in %.0f s, for %.0f evaluations/s; the first %.0f s do not count; seed %d%n",
                plan.arrivals().size(),
                plan.seconds(),
                plan.nfePerSecond(),
                plan.warmUpSeconds(),
                plan.terms().seed());
    }

    void result(Turn.Taken turn) {
        Trial.Result result = turn.result();
        Summary s = result.summary();
        print("%nround %d, %s%n", turn.round(), result.label());
        cut(result.extent());
        print(
                "  offered %.1f/s, finished %.1f/s, good %.1f/s, which is %.1f %% of those that read all%n",
                s.offered() / s.seconds(),
                s.count(End.FINISHED) / s.seconds(),
                s.goodput(),
                percent(s.good(), s.attentive()));
        ends(s);
        print(
                "  evaluations %.1f/s, %.2f rows a forward, %.1f %% of unfinished answers; devices in forwards for %.2f"
                        + " of the time%n",
                s.nfePerSecond(),
                s.meanRows(),
                percent(s.work().unfinishedNfe(), s.work().nfe()),
                s.busy(1));
        result.evaluations()
                .ifPresent(done -> print(
                        "  wasted for clients that had left: %d of %d evaluations, %.1f %%%n",
                        done.wasted(), done.all(), percent(done.wasted(), done.all())));
        print("  %-22s %8s %9s %9s %9s %9s%n", "ms since it was due", "count", "p50", "p90", "p99", "max");
        times("first picture", s.times().first());
        times("last picture", s.times().last());
        times("between pictures", s.times().gap());
        times("refusal, since sent", s.times().refusal());
        times("sending, by this client", s.times().sent());
        s.tenants().forEach((name, own) -> times("first, " + name, own.times().first()));
        s.tenants()
                .forEach((name, own) -> print(
                        "  %s: %.1f evaluations/s, %.1f %% good%n",
                        name, own.nfePerSecond(), percent(own.good(), own.attentive())));
        efficiency(s.work().rows(), s.workSeconds());
        sockets(result);
        usage(result.usage());
        s.details().forEach((detail, count) -> print("  %d x %s%n", count, detail));
        print("  99 %% good, at 99 %% confidence: %s%n", verdict(s));
    }

    private void efficiency(SortedMap<Integer, Long> evaluations, double seconds) {
        raw.ifPresent(times -> print(
                "  efficiency %.3f: served over raw evaluations/s, with forwards of the same sizes; %.3f with their"
                        + " padding%n",
                times.efficiency(evaluations, seconds), times.forwardEfficiency(evaluations, seconds)));
    }

    private void ends(Summary s) {
        print(
                "  refused %d, late %d, left %d, cut %d, broken %d, dropped %d; resumed %d%n",
                s.count(End.REFUSED),
                s.count(End.LATE),
                s.count(End.LEFT),
                s.count(End.CUT),
                s.count(End.BROKEN),
                s.dropped(),
                s.resumed());
        if (s.cached() > 0) {
            print("  from the server's cache: %d of %d requests%n", s.cached(), s.offered());
        }
        if (s.shortened() > 0) {
            print("  with fewer steps than asked for: %d of %d requests%n", s.shortened(), s.offered());
        }
    }

    private void cut(OpenLoop.Extent extent) {
        if (extent.cut()) {
            print("  cut after %.1f s with %d requests still open%n", extent.seconds(), extent.waiting());
        } else if (extent.waiting() > 0) {
            print("  %d requests had not ended long after their time, and are in no number here%n", extent.waiting());
        }
    }

    private void sockets(Trial.Result result) {
        if (result.idleAtStart() > 0) {
            print("  idle WebSockets: %d at the start, %d at the end%n", result.idleAtStart(), result.idleAtEnd());
        }
        result.usage().kilobytesPerSocket().ifPresent(kb -> print("  server memory: %d kB for each of them%n", kb));
    }

    private void usage(ServerUsage usage) {
        // One that has ended has no memory left.
        String after = usage.kilobytesAfter().isEmpty()
                ? ""
                : ", " + usage.kilobytesAfter().getAsLong() + " kB after";
        usage.kilobytesBefore().ifPresent(kb -> print("  server memory: %d kB before%s%n", kb, after));
        usage.cpuMillis().ifPresent(ms -> print("  server processor time: %.2f s%n", ms / MILLI));
    }

    /** Whether the run shows that 99 % of all answers are good, in words. */
    static String verdict(Summary s) {
        int bad = s.attentive() - s.good();
        OptionalInt allowed = P99.allowedLate(s.attentive());
        if (allowed.isEmpty()) {
            return "cannot be told from " + s.attentive() + " requests, it takes " + P99.queriesFor(0);
        }
        return (bad <= allowed.getAsInt() ? "yes" : "no") + ", " + bad + " of " + s.attentive() + " were not, "
                + allowed.getAsInt() + " might have been";
    }

    /** Medians by scenario and target, and how the first target compares with each other one; of whole runs alone. */
    void medians(List<Trial.Result> results) {
        List<Trial.Result> whole =
                results.stream().filter(result -> !result.extent().cut()).toList();
        if (whole.size() > 1) {
            new Medians(out).print(whole);
        }
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private void times(String name, Histogram micros) {
        if (micros.getTotalCount() > 0) {
            print(
                    "  %-22s %8d %9s %9s %9s %9.1f%n",
                    name,
                    micros.getTotalCount(),
                    Percentiles.text(micros, 50),
                    Percentiles.text(micros, 90),
                    Percentiles.text(micros, 99),
                    micros.getMaxValue() / MILLI);
        }
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
        out.flush();
    }
}
