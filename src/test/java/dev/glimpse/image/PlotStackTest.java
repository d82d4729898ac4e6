package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotStackTest {
    @Test
    void panelsStandBelowEachOtherAsTheyLookAlone() {
        CurvePlot upper = new CurvePlot("Loss", "step", "loss", CurvePlot.Scale.LOG_Y);
        CurvePlot lower = new CurvePlot("", "step", "gain", CurvePlot.Scale.LINEAR);
        List<Curve> losses = List.of(new Curve("a", new double[] {1, 2}, new double[] {1, 0.1}));
        List<Curve> gains = List.of(new Curve("b", new double[] {1, 2}, new double[] {-1, 1}));

        DecodedPng both = DecodedPng.of(
                new PlotStack(List.of(new PlotStack.Panel(upper, losses), new PlotStack.Panel(lower, gains))).png());

        DecodedPng first = DecodedPng.of(upper.png(losses));
        DecodedPng second = DecodedPng.of(lower.png(gains));
        assertThat(both.width()).isEqualTo(first.width());
        assertThat(both.height()).isEqualTo(first.height() + second.height());
        for (int x = 0; x < both.width(); x++) {
            for (int y = 0; y < both.height(); y++) {
                boolean above = y < first.height();
                DecodedPng panel = above ? first : second;
                int row = above ? y : y - first.height();
                assertThat(both.at(x, y, 0)).isEqualTo(panel.at(x, row, 0));
            }
        }
    }
}
