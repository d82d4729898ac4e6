package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.evaluation.FeatureBlock;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.SampleScope;
import dev.glimpse.evaluation.SampleStatistics;
import dev.glimpse.evaluation.StatisticsFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reports on features drawn from Gaussians, of as many dimensions as a small feature network has. */
class EvaluationReportTest {
    private static final int DIMENSION = 12;
    private static final int[] STEPS = {1, 2, 4};

    private final FeatureSource features = FeatureSource.builtIn();

    @Test
    void signsOfFailureStandBelowTheTableAndInTheJson() {
        EvaluationReport report = report(new Random(1), 2000, 0.5, 0.5, 2);
        JsonArray signs = report.json().getAsJsonArray("signs");
        assertThat(signs).hasSize(1);
        String sign = signs.get(0).getAsString();
        assertThat(sign).startsWith("quality falls with more steps of exact: Fréchet distance ");
        assertThat(printed(report)).endsWith(String.format("%n%n%s%n", sign));
    }

    @Test
    void reportWithoutSignsEndsWithItsTable() {
        EvaluationReport report = report(new Random(1), 2000, 0.5, 0.4, 0.3);
        assertThat(report.json().getAsJsonArray("signs")).isEmpty();
        assertThat(printed(report).stripTrailing().lines().reduce((one, next) -> next))
                .hasValueSatisfying(last -> assertThat(last).startsWith("exact"));
    }

    /** Whether samples are far from the data or as near as few can be. */
    @Test
    void fewSamplesOfEqualSettingsAreNoSign() {
        for (int samples : new int[] {16, 60, 250}) {
            for (double shift : new double[] {0, 0.05, 0.5}) {
                for (int seed = 0; seed < 100; seed++) {
                    EvaluationReport report = report(new Random(seed), samples, shift, shift, shift);
                    assertThat(report.json().getAsJsonArray("signs"))
                            .as("%d samples, shift %s, seed %d", samples, shift, seed)
                            .isEmpty();
                }
            }
        }
    }

    /** JSON has no number for it, and what was not compared has none either. */
    @Test
    void equalPicturesAreToldFromThoseThatWereNotCompared() {
        List<byte[]> pictures = List.of(new byte[4], new byte[] {9, 9, 9, 9});

        EvaluationReport some = report(new Random(1), 16, pictures, 0.5, 0.5, 0.5);
        EvaluationReport equal = report(new Random(1), 16, pictures.subList(0, 1), 0.5);

        assertThat(printed(some).lines().filter(line -> line.startsWith("exact")))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("  inf"),
                        line -> assertThat(line).endsWith(" 29.05"),
                        line -> assertThat(line).endsWith("  -"));
        assertThat(some.json().getAsJsonArray("settings"))
                .extracting(row -> String.valueOf(row.getAsJsonObject().get("psnr_db")))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("null"),
                        second -> assertThat(second).startsWith("29.0"),
                        third -> assertThat(third).isEqualTo("null"));
        assertThat(some.json()
                        .getAsJsonArray("settings")
                        .get(2)
                        .getAsJsonObject()
                        .has("psnr_db"))
                .isFalse();
        assertThat(printed(equal)).containsPattern("PSNR to teacher \\(dB\\)\\Rexact .*  inf\\R");
    }

    private static String printed(EvaluationReport report) {
        StringWriter out = new StringWriter();
        report.print(new PrintWriter(out));
        return out.toString();
    }

    /** @param shifts of every feature, for one, two and four steps */
    private EvaluationReport report(Random random, int samples, double... shifts) {
        return report(random, samples, List.of(), shifts);
    }

    /** @param pictures of the first settings, to be compared with black ones */
    private EvaluationReport report(Random random, int samples, List<byte[]> pictures, double... shifts) {
        JsonObject run = new JsonObject();
        run.addProperty("model", "drawn");
        run.addProperty("version", "1");
        run.addProperty("seed", "0");
        run.addProperty("features", features.description());
        run.add("labels", new JsonArray());
        JsonArray settings = new JsonArray();
        List<SampleStatistics> drawn = new ArrayList<>();
        SampleScope scope = new SampleScope(samples, DIMENSION, 0, false, 1, 0);
        for (int i = 0; i < shifts.length; i++) {
            settings.add(
                    new EvaluationSetting("exact", 0, STEPS[i], STEPS[i], List.of(), Optional.empty(), i).toJson());
            drawn.add(draw(random, scope, shifts[i]));
        }
        for (int i = 0; i < pictures.size(); i++) {
            drawn.get(i).compare(pictures.get(i), new byte[pictures.get(i).length]);
        }
        run.add("settings", settings);
        SampleScope data = new SampleScope(1000, DIMENSION, 0, false, 1, 0);
        JsonObject facts = new JsonObject();
        facts.addProperty("pictures", data.count());
        facts.addProperty("directory", "data");
        facts.addProperty("part", "train");
        return EvaluationReport.of(
                new StatisticsFile(run.toString(), scope, 0, samples, drawn),
                new StatisticsFile("{}", data, 0, data.count(), List.of(draw(random, data, 0))),
                features,
                facts);
    }

    private static SampleStatistics draw(Random random, SampleScope scope, double shift) {
        float[] vectors = new float[scope.count() * DIMENSION];
        for (int k = 0; k < vectors.length; k++) {
            // Features of networks have some wide directions and many narrow ones.
            vectors[k] = (float) (random.nextGaussian() / (1 + k % DIMENSION) + shift);
        }
        SampleStatistics statistics = new SampleStatistics(scope);
        FeatureBlock block = new FeatureBlock(scope.count(), DIMENSION, vectors, new float[0]);
        statistics.add(new SampleStatistics.Block(0, new int[scope.count()], block));
        return statistics;
    }
}
