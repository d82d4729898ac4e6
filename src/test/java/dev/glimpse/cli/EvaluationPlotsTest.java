package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationPlotsTest {
    @Test
    void onlyTitlesOfWhatFeaturesTellNameThem() {
        JsonObject json = new JsonObject();
        json.addProperty("features", "features.pt");
        json.addProperty("inception", false);
        json.addProperty("distance_name", "Fréchet distance");
        json.addProperty("score_name", "class score");
        JsonObject numbers = new JsonObject();
        for (String key : List.of("frechet_distance", "precision", "psnr_db")) {
            numbers.addProperty(key, 0.5);
        }
        EvaluationSetting setting = new EvaluationSetting("exact", 0, 1, 1, List.of(), 0);
        EvaluationReport report = new EvaluationReport(json, List.of(new EvaluationReport.Row(setting, numbers)));

        assertThat(report.columns().stream().map(new EvaluationPlots(report)::title))
                .containsExactly("Fréchet distance by features.pt", "precision by features.pt", "PSNR to teacher (dB)");
    }
}
