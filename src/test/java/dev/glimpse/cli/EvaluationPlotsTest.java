package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationPlotsTest {
    @TempDir
    Path directory;

    @Test
    void onlyTitlesOfWhatFeaturesTellNameThem() {
        JsonObject numbers = new JsonObject();
        for (String key : List.of("frechet_distance", "precision", "psnr_db")) {
            numbers.addProperty(key, 0.5);
        }
        EvaluationReport report = report(numbers);

        assertThat(report.columns().stream().map(new EvaluationPlots(report)::title))
                .containsExactly("Fréchet distance by features.pt", "precision by features.pt", "PSNR to teacher (dB)");
    }

    /** As of a model that draws its teacher's very pictures: their PSNR is in the table. */
    @Test
    void numbersThatAreAllInfiniteHaveNoPlot() throws IOException {
        JsonObject numbers = new JsonObject();
        numbers.addProperty("frechet_distance", 0.5);
        numbers.add("psnr_db", JsonNull.INSTANCE);
        EvaluationReport report = report(numbers);

        new EvaluationPlots(report).write(directory, new PrintWriter(Writer.nullWriter()));

        assertThat(report.columns()).extracting(EvaluationReport.Column::key).contains("psnr_db");
        assertThat(directory.resolve("frechet-distance.png")).isNotEmptyFile();
        assertThat(directory.resolve("psnr-db.png")).doesNotExist();
    }

    private static EvaluationReport report(JsonObject numbers) {
        JsonObject json = new JsonObject();
        json.addProperty("features", "features.pt");
        json.addProperty("inception", false);
        json.addProperty("distance_name", "Fréchet distance");
        json.addProperty("score_name", "class score");
        EvaluationSetting setting = new EvaluationSetting("exact", 0, 1, 1, List.of(), Optional.empty(), 0);
        return new EvaluationReport(json, List.of(new EvaluationReport.Row(setting, numbers)));
    }

    @Test
    void legendsNameLongWalksByTheirEndsAndNoTwoAlike() {
        Map<String, List<EvaluationReport.Row>> rules = new LinkedHashMap<>();
        List<List<Double>> walks = List.of(
                List.of(),
                List.of(80.0, 1.3823679566485092, 0.002),
                List.of(80.0, 40.0, 20.0, 13.0, 0.002),
                List.of(80.0, 30.0, 20.0, 13.0, 0.002));
        for (List<Double> knots : walks) {
            EvaluationSetting setting = new EvaluationSetting("exact", 0, 4, 4, knots, Optional.empty(), 0);
            rules.put(setting.rule(), List.of(new EvaluationReport.Row(setting, new JsonObject())));
        }

        assertThat(rules.keySet())
                .containsExactly(
                        "exact",
                        "exact at 80,1.3823679566485092,0.002",
                        "exact at 80,40,20,13,0.002",
                        "exact at 80,30,20,13,0.002");
        assertThat(EvaluationPlots.names(rules).values())
                .containsExactly(
                        "exact", "exact at 80,1.38,0.002", "exact at 80,...,13,0.002", "exact at 80,...,13,0.002 (2)");
    }

    @Test
    void legendsTellWhereLastJumpsBegin() {
        Map<String, List<EvaluationReport.Row>> rules = new LinkedHashMap<>();
        for (OptionalDouble t : List.of(OptionalDouble.empty(), OptionalDouble.of(20), OptionalDouble.of(2.5))) {
            Optional<LastJump> place = Optional.of(new LastJump(t));
            EvaluationSetting setting = new EvaluationSetting("gamma", 0.3, 4, 4, List.of(), place, 0);
            rules.put(setting.rule(), List.of(new EvaluationReport.Row(setting, new JsonObject())));
        }

        assertThat(EvaluationPlots.names(rules).values())
                .containsExactly(
                        "gamma 0.3, whole grid", "gamma 0.3, last jump from 20", "gamma 0.3, last jump from 2.5");
    }
}
