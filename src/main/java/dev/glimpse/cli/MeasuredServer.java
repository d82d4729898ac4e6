package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationListener;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.observability.Metric;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running server knows of its own forwards, T(B) = a + b B, each the mean over those devices that have run any.
 *
 * @param devices how many of its devices work, whether they have run forwards or not
 * @param onGpus whether they are GPUs
 */
record MeasuredServer(double aNanos, double bNanos, int devices, boolean onGpus) {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Pattern SAMPLE =
            Pattern.compile("^" + Metric.STEP_COST.title() + "\\{([^}]*)} (\\S+)$", Pattern.MULTILINE);
    private static final Pattern DEVICES =
            Pattern.compile("^" + Metric.DEVICES.title() + " (\\S+)$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /** Whose forwards, and where. */
    private record Lane(String model, String device) {
        boolean free() {
            return GenerationListener.isFree(model);
        }
    }

    /**
     * Reads the metrics of a server's admin port. Of several models, the one counts on each device whose largest
     * forwards take longest there.
     *
     * @param settings that tell how large those are
     * @throws WrongInputException when nothing answers there, when it has run no forward yet, or when no device works
     */
    static MeasuredServer ask(URI admin, Settings settings) throws InterruptedException {
        String metrics = metrics(admin);
        Map<Lane, CostLine> lines = lines(metrics);
        boolean onGpus =
                lines.keySet().stream().anyMatch(lane -> lane.device().startsWith(ComputeDevice.Kind.GPU.label()));
        int maxRows = ServerDevices.maxRows(settings, onGpus);
        Map<String, CostLine> slowest = new HashMap<>();
        lines.forEach((lane, line) -> slowest.merge(
                lane.device(), line, (one, other) -> one.time(maxRows) >= other.time(maxRows) ? one : other));
        double a = mean(slowest.values(), CostLine::a);
        double b = mean(slowest.values(), CostLine::b);
        if (!(a + b > 0)) {
            throw new WrongInputException("--server", admin, "a server that has run forwards, for any requests");
        }
        int devices = devices(metrics).orElse(slowest.size());
        WrongInputException.require(devices > 0, "--server", admin, "a server of whose devices one works");
        // A fit may be flat, and a row then costs next to nothing.
        return new MeasuredServer(a * 1e9, Math.max(1, b * 1e9), devices, onGpus);
    }

    /** How many devices there are; empty for a server of a version that does not tell. */
    private static OptionalInt devices(String metrics) {
        Matcher sample = DEVICES.matcher(metrics);
        return sample.find() ? OptionalInt.of((int) Double.parseDouble(sample.group(1))) : OptionalInt.empty();
    }

    /** What each lane's forwards take, in seconds; those that share their sizes with all others, if there are any. */
    private static Map<Lane, CostLine> lines(String metrics) {
        Map<Lane, Map<String, Double>> coefficients = new HashMap<>();
        Matcher sample = SAMPLE.matcher(metrics);
        while (sample.find()) {
            Map<String, String> labels = labels(sample.group(1));
            Lane lane = new Lane(labels.getOrDefault("model", ""), labels.getOrDefault("device", ""));
            double value = Double.parseDouble(sample.group(2));
            if (!Double.isNaN(value)) {
                coefficients
                        .computeIfAbsent(lane, l -> new HashMap<>())
                        .put(labels.getOrDefault("coefficient", ""), value);
            }
        }
        Map<Lane, CostLine> lines = new HashMap<>();
        coefficients.forEach((lane, line) ->
                lines.put(lane, new CostLine(line.getOrDefault("a", 0.0), line.getOrDefault("b", 0.0))));
        if (lines.keySet().stream().anyMatch(lane -> !lane.free())) {
            lines.keySet().removeIf(Lane::free);
        }
        return lines;
    }

    private static double mean(Collection<CostLine> lines, ToDoubleFunction<CostLine> coefficient) {
        return lines.stream().mapToDouble(coefficient).average().orElse(0);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    private static String metrics(URI admin) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(admin.resolve("/metrics"))
                    .timeout(LONGEST)
                    .build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(LONGEST)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
        } catch (IOException | IllegalArgumentException e) {
            // Refused below, like an address at which something else answers.
        }
        throw new WrongInputException("--server", admin, "the admin port of a running server, http://HOST:PORT");
    }
}
