package dev.glimpse.cli;

import dev.glimpse.image.Curve;
import dev.glimpse.image.CurvePlot;
import dev.glimpse.image.CurvePlot.Scale;
import dev.glimpse.image.PlotStack;
import dev.glimpse.image.PlotStack.Panel;
import dev.glimpse.training.LossNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The plot of a training run: what is never negative on a logarithmic axis, and the generator's loss, which takes
 * either sign, on a linear one below it.
 */
final class TrainingCurves {
    private static final String X_AXIS = "step";

    private TrainingCurves() {}

    /** @param curves by the names of {@link LossNames}; those without points are left out */
    static byte[] png(String title, List<Curve> curves) {
        Map<Boolean, List<Curve>> bySign = curves.stream()
                .filter(curve -> curve.x().length > 0)
                .collect(Collectors.partitioningBy(curve -> curve.name().equals(LossNames.GAN)));
        List<Panel> panels = new ArrayList<>();
        panels.add(new Panel(new CurvePlot(title, X_AXIS, "mean", Scale.LOG_Y), bySign.get(false)));
        if (!bySign.get(true).isEmpty()) {
            panels.add(new Panel(new CurvePlot("", X_AXIS, "mean of gan", Scale.LINEAR), bySign.get(true)));
        }
        return new PlotStack(panels).png();
    }
}
