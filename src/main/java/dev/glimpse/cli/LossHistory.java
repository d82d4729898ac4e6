package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.image.Curve;
import dev.glimpse.training.LossNames;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** How a run went so far, in a bounded number of numbers however many steps it has taken. */
final class LossHistory {
    private static final int RECENT = 100;

    private final List<MeanCurve> curves = Stream.of(
                    LossNames.DSM,
                    LossNames.CTM,
                    LossNames.GAN,
                    LossNames.CRITIC,
                    LossNames.LAMBDA_DSM,
                    LossNames.LAMBDA_GAN)
            .map(MeanCurve::new)
            .toList();
    private final Deque<JsonObject> recent = new ArrayDeque<>();
    private double seconds;

    /** @param line of the statistics; those of a run come in the order of its steps */
    void add(JsonObject line) {
        int step = step(line);
        curves.stream()
                .filter(curve -> has(line, curve.name()))
                .forEach(curve -> curve.add(step, line.get(curve.name()).getAsDouble()));
        recent.add(line);
        while (step(recent.element()) <= step - RECENT) {
            recent.remove();
        }
        seconds += line.get("seconds").getAsDouble();
    }

    private static int step(JsonObject line) {
        return line.get("step").getAsInt();
    }

    private static boolean has(JsonObject line, String name) {
        return line.has(name)
                && !line.get(name).isJsonNull()
                && Double.isFinite(line.get(name).getAsDouble());
    }

    /** Seconds the run took, and losses as means over its last steps. */
    JsonObject summary() {
        JsonObject summary = new JsonObject();
        summary.addProperty("seconds", Math.round(seconds));
        summary.addProperty("mean_over_last_steps", recent.size());
        for (String name : List.of(LossNames.DSM, LossNames.CTM, LossNames.GAN, LossNames.CRITIC)) {
            recent.stream()
                    .filter(line -> has(line, name))
                    .mapToDouble(line -> line.get(name).getAsDouble())
                    .average()
                    .ifPresent(mean -> summary.addProperty(name, mean));
        }
        return summary;
    }

    /** Losses and adaptive weights over the steps; those the run has none of have no points. */
    List<Curve> curves() {
        return curves.stream().map(MeanCurve::curve).toList();
    }
}
