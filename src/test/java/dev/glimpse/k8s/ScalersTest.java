package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.glimpse.testing.Promtool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the autoscalers ask for more servers, by what Prometheus makes of their queries. */
class ScalersTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String LOAD = "glimpse_device_load";
    private static final String SHED = "glimpse_shed_share";

    /** By how much a HorizontalPodAutoscaler lets a metric miss its target before it acts. */
    private static final double TOLERANCE = 1.1;

    private static final String POD = "namespace=\"glimpse\",pod=\"%s\"";

    private final Scalers scalers = new Scalers();
    private final List<Map<String, Object>> series = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void everyMetricIsMadeByTheAdapterFromTheSeriesThatItFinds() {
        assertThat(scalers.targets().keySet()).isEqualTo(scalers.adapted().keySet());
        assertThat(scalers.adapted().values())
                .allSatisfy(rule ->
                        assertThat(rule.seriesQuery().replaceFirst("\\{.*", "")).matches(rule.matches()));
    }

    @Test
    void kedaHasTheSameTargets() {
        assertThat(scalers.triggers())
                .extracting(trigger -> Double.valueOf(trigger.get("threshold")))
                .containsExactlyElementsOf(scalers.targets().values());
    }

    /** In another namespace the queries find nothing, which would pass for servers without any load. */
    @Test
    void kedaTakesNoAnswerForAnError() {
        assertThat(scalers.triggers())
                .hasSize(2)
                .allSatisfy(trigger -> assertThat(trigger).containsEntry("ignoreNullValues", "false"));
    }

    /** As glimpse simulate has it: two cores asked for twice what they can do refuse, and are used for 0.98 of it. */
    @Test
    void moreServersAreAskedForWhereRefusalsKeepTheQueueShort() throws Exception {
        pod("full", List.of("0", "1"), 2, 0.98, 50, 50);

        assertValues(LOAD, Map.of("full", 0.98), 0.98);
        assertValues(SHED, Map.of("full", 0.5), 0.5);
        assertThat(0.98).isGreaterThan(TOLERANCE * scalers.targets().get(LOAD));
        assertThat(0.5).isGreaterThan(TOLERANCE * scalers.targets().get(SHED));
    }

    /** Alone on a GPU, steps are forwards of few rows one after another: always busy, with little to do. */
    @Test
    void aDeviceThatIsBusyWithSmallForwardsIsNotLoaded() throws Exception {
        pod("calm", List.of("gpu:0"), 1, 0.3, 100, 0);

        assertValues(LOAD, Map.of("calm", 0.3), 0.3);
        assertValues(SHED, Map.of("calm", 0.0), 0);
        assertThat(0.3).isLessThan(scalers.targets().get(LOAD));
    }

    /** Two of three devices are at likelihoods, one of which has never run a forward; they are half of all. */
    @Test
    void likelihoodsAreLoadAsMuchAsPicturesAre() throws Exception {
        pod("scoring", List.of("0", "1"), 0.5, 0.6, 100, 0);
        scores("scoring", "0", 0);
        scores("scoring", "1", 1);
        scores("scoring", "2", 0.2);
        pod("painting", List.of("0", "1"), 1, 0.6, 100, 0);
        scores("painting", "0", 0);
        pod("only", List.of(), 0, 0, 0, 0);
        scores("only", "0", 0.9);

        assertValues(LOAD, Map.of("scoring", 0.5, "painting", 0.3, "only", 0.9), 1.7);
    }

    private void scores(String name, String device, double busy) {
        String time = "glimpse_scoring_device_seconds_total{%s,device=\"%s\"}";
        rises(time.formatted(POD.formatted(name), device), busy);
    }

    /** A pod without a number would be counted as one that is loaded as it should be. */
    @Test
    void aServerThatHasDoneNothingYetHasNoLoad() throws Exception {
        pod("full", List.of("0", "1"), 2, 0.9, 100, 0);
        pod("new", List.of(), 0, 0, 0, 0);

        assertValues(LOAD, Map.of("full", 0.9, "new", 0.0), 0.9);
        assertValues(SHED, Map.of("full", 0.0, "new", 0.0), 0);
    }

    /**
     * Lets Prometheus have seen a server for some minutes.
     *
     * @param devices those that have run
     * @param busy seconds a second that they spent in forwards
     * @param served requests a second
     * @param shed requests a second
     */
    private void pod(String name, List<String> devices, double busy, double efficiency, double served, double shed) {
        String pod = POD.formatted(name);
        rises("glimpse_step_duration_seconds_sum{%s}".formatted(pod), busy);
        stays("glimpse_efficiency_ratio{%s}".formatted(pod), efficiency);
        for (String device : devices) {
            for (String model : List.of("one/1", "two/1")) {
                String cost = "glimpse_step_cost_seconds{%s,model=\"%s\",device=\"%s\",coefficient=\"%s\"}";
                stays(cost.formatted(pod, model, device, "a"), 0.002);
                stays(cost.formatted(pod, model, device, "b"), 0.004);
            }
        }
        rises("glimpse_requests_total{%s,door=\"grpc\",outcome=\"ok\"}".formatted(pod), served);
        for (String rank : List.of("interactive", "background")) {
            String refused = "glimpse_requests_total{%s,door=\"grpc\",outcome=\"shed\",rank=\"%s\"}";
            rises(refused.formatted(pod, rank), shed / 2);
        }
        rises("glimpse_requests_total{%s,door=\"web\",outcome=\"quota\"}".formatted(pod), 7);
        rises("glimpse_requests_total{%s,door=\"web\",outcome=\"invalid\"}".formatted(pod), 7);
        rises("glimpse_requests_total{%s,door=\"web\",outcome=\"impossible\"}".formatted(pod), 7);
    }

    private void rises(String name, double perSecond) {
        series.add(Map.of("series", name, "values", "0+" + 15 * perSecond + "x40"));
    }

    private void stays(String name, double value) {
        series.add(Map.of("series", name, "values", value + "x40"));
    }

    /** Holds the adapter's answer for each pod, and KEDA's for all of them, to these. */
    private void assertValues(String metric, Map<String, Double> byPod, double sum) throws Exception {
        List<Map<String, Object>> samples = byPod.entrySet().stream()
                .map(pod -> Map.<String, Object>of("labels", "{pod=\"" + pod.getKey() + "\"}", "value", pod.getValue()))
                .toList();
        int place = List.copyOf(scalers.targets().keySet()).indexOf(metric);
        List<Map<String, Object>> expected = List.of(
                expected(scalers.adapted().get(metric).query(), samples),
                expected(scalers.triggers().get(place).get("query"), List.of(Map.of("labels", "{}", "value", sum))));
        Map<String, Object> test = Map.of("interval", "15s", "input_series", series, "promql_expr_test", expected);
        write(Map.of("tests", List.of(test)));

        Promtool.check(directory, "", "test", "rules", "cases.yaml");
    }

    private static Map<String, Object> expected(String query, List<Map<String, Object>> samples) {
        return Map.of("expr", "round((" + query + "), 0.001)", "eval_time", "8m", "exp_samples", samples);
    }

    private void write(Map<String, Object> cases) throws IOException {
        YAML.writeValue(directory.resolve("cases.yaml").toFile(), cases);
    }
}
