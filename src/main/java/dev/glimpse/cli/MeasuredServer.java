package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.observability.Metric;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running server knows of its own forwards, T(B) = a + b B, each the mean over its devices.
 *
 * @param devices how many of them have run forwards
 * @param onGpus whether they are GPUs
 */
record MeasuredServer(double aNanos, double bNanos, int devices, boolean onGpus) {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Pattern SAMPLE =
            Pattern.compile("^" + Metric.STEP_COST.title() + "\\{([^}]*)} (\\S+)$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /**
     * Reads the metrics of a server's admin port.
     *
     * @throws WrongInputException when nothing answers there, or when it has run no forward yet
     */
    static MeasuredServer ask(URI admin) throws InterruptedException {
        Map<String, Double> a = new HashMap<>();
        Map<String, Double> b = new HashMap<>();
        Matcher sample = SAMPLE.matcher(metrics(admin));
        while (sample.find()) {
            Map<String, String> labels = labels(sample.group(1));
            Map<String, Double> coefficient = "a".equals(labels.get("coefficient")) ? a : b;
            coefficient.merge(labels.getOrDefault("device", ""), Double.parseDouble(sample.group(2)), Math::max);
        }
        if (!(mean(a) + mean(b) > 0)) {
            throw new WrongInputException("--server", admin, "a server that has run forwards, for any requests");
        }
        // A fit may be flat, and a row then costs next to nothing.
        boolean onGpus = b.keySet().stream().anyMatch(device -> device.startsWith(ComputeDevice.Kind.GPU.label()));
        return new MeasuredServer(mean(a) * 1e9, Math.max(1, mean(b) * 1e9), b.size(), onGpus);
    }

    private static double mean(Map<String, Double> byDevice) {
        return byDevice.values().stream()
                .filter(value -> !value.isNaN())
                .mapToDouble(value -> value)
                .average()
                .orElse(0);
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
