package dev.glimpse.loadtest;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.loadtest.Answer.End;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/** Results as one JSON object. */
final class JsonReport {
    private static final double[] PERCENTILES = {50, 90, 95, 99, 99.9};
    private static final double MILLI = 1000;

    private JsonReport() {}

    /**
     * What all runs have in common.
     *
     * @param yardstick what reports call the server that was measured before any run
     * @param capacity what it can do; empty if nobody knows
     * @param raw times of forwards without a server, if they are known
     * @param options what was asked for
     */
    record Setup(Slo slo, String yardstick, Optional<Capacity> capacity, Optional<RawTimes> raw, JsonObject options) {}

    static String of(Setup setup, List<Turn.Taken> turns) {
        Slo slo = setup.slo();
        JsonObject top = new JsonObject();
        JsonObject asked = setup.options().deepCopy();
        asked.addProperty("measured_target", setup.yardstick());
        top.add("setup", asked);
        setup.capacity().ifPresent(capacity -> {
            top.addProperty("capacity_nfe_per_second", capacity.nfePerSecond());
            if (capacity.crowd() > 0) {
                top.addProperty("capacity_crowd", capacity.crowd());
            }
            setup.raw()
                    .filter(raw -> !capacity.rows().isEmpty())
                    .ifPresent(raw -> efficiency(top, "capacity_", raw, capacity.rows(), capacity.seconds()));
        });
        top.addProperty("slo_factor", slo.factor());
        JsonObject unloaded = new JsonObject();
        slo.unloadedNanos().forEach((steps, nanos) -> unloaded.addProperty(steps.toString(), nanos / 1e6));
        top.add("unloaded_ms", unloaded);
        JsonArray runs = new JsonArray();
        turns.forEach(turn -> runs.add(run(turn, setup.raw())));
        top.add("runs", runs);
        return new GsonBuilder().setPrettyPrinting().create().toJson(top);
    }

    private static void efficiency(
            JsonObject json, String prefix, RawTimes raw, SortedMap<Integer, Long> evaluations, double seconds) {
        json.addProperty(prefix + "efficiency", raw.efficiency(evaluations, seconds));
        json.addProperty(prefix + "forward_efficiency", raw.forwardEfficiency(evaluations, seconds));
    }

    private static JsonObject run(Turn.Taken turn, Optional<RawTimes> raw) {
        Trial.Result result = turn.result();
        JsonObject json = summary(result.summary());
        Summary.Work work = result.summary().work();
        raw.ifPresent(times ->
                efficiency(json, "", times, work.rows(), result.summary().workSeconds()));
        json.addProperty("run", result.label());
        json.addProperty("scenario", result.scenario().name());
        json.addProperty("target", result.target());
        json.addProperty("round", turn.round());
        json.addProperty("demand_nfe_per_second", result.asked());
        json.addProperty("seconds", result.summary().seconds());
        json.addProperty("interrupted", result.extent().cut());
        json.addProperty("waiting", result.extent().waiting());
        json.addProperty("idle_sockets_at_start", result.idleAtStart());
        json.addProperty("idle_sockets_at_end", result.idleAtEnd());
        ServerUsage usage = result.usage();
        usage.kilobytesPerSocket().ifPresent(kb -> json.addProperty("kilobytes_per_socket", kb));
        usage.kilobytesBefore().ifPresent(kb -> json.addProperty("server_kilobytes_before", kb));
        usage.kilobytesAfter().ifPresent(kb -> json.addProperty("server_kilobytes_after", kb));
        result.evaluations().ifPresent(done -> {
            json.addProperty("server_nfe", done.all());
            json.addProperty("wasted_nfe", done.wasted());
        });
        usage.cpuMillis().ifPresent(ms -> json.addProperty("server_cpu_ms", ms));
        return json;
    }

    private static JsonObject summary(Summary s) {
        JsonObject json = new JsonObject();
        json.addProperty("offered", s.offered());
        for (End end : End.values()) {
            json.addProperty(end.name().toLowerCase(Locale.ROOT), s.count(end));
        }
        json.addProperty("dropped", s.dropped());
        json.addProperty("resumed", s.resumed());
        json.addProperty("cached", s.cached());
        json.addProperty("shortened", s.shortened());
        json.addProperty("attentive", s.attentive());
        json.addProperty("good", s.good());
        json.addProperty("goodput_per_second", s.goodput());
        json.addProperty("p99_shown", Report.P99.shows(s.attentive(), s.attentive() - s.good()));
        Report.P99.allowedLate(s.attentive()).ifPresent(late -> json.addProperty("p99_allowed_misses", late));
        json.addProperty("nfe_per_second", s.nfePerSecond());
        json.addProperty("unfinished_nfe", s.work().unfinishedNfe());
        json.addProperty("mean_rows", s.meanRows());
        json.addProperty("devices_busy", s.busy(1));
        JsonObject rows = new JsonObject();
        s.work().rows().forEach((size, evaluations) -> rows.addProperty(size.toString(), evaluations));
        json.add("evaluations_by_rows", rows);
        json.add("first_ms", times(s.times().first()));
        json.add("last_ms", times(s.times().last()));
        json.add("gap_ms", times(s.times().gap()));
        json.add("refusal_ms", times(s.times().refusal()));
        json.add("sending_ms", times(s.times().sent()));
        JsonObject tenants = new JsonObject();
        s.tenants().forEach((name, own) -> tenants.add(name, summary(own)));
        json.add("tenants", tenants);
        JsonObject details = new JsonObject();
        s.details().forEach(details::addProperty);
        json.add("details", details);
        return json;
    }

    private static JsonObject times(Histogram micros) {
        JsonObject json = new JsonObject();
        json.addProperty("count", micros.getTotalCount());
        for (double percentile : PERCENTILES) {
            String name = "p" + Double.toString(percentile).replaceAll("\\.0$", "");
            Percentiles.millis(micros, percentile).ifPresent(millis -> json.addProperty(name, millis));
        }
        if (micros.getTotalCount() > 0) {
            json.addProperty("max", micros.getMaxValue() / MILLI);
        }
        return json;
    }
}
