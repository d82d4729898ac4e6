package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.Curve;
import dev.glimpse.training.LossNames;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class TrainingCurvesTest {
    private static final double[] STEPS = {1, 2, 3, 4};
    private static final Curve DSM = new Curve(LossNames.DSM, STEPS, new double[] {0.9, 0.7, 0.5, 0.4});

    @Test
    void generatorsLossIsDrawnBelowZeroToo() throws IOException {
        byte[] falling = png(DSM, new Curve(LossNames.GAN, STEPS, new double[] {0.3, 0.1, -0.1, -0.5}));
        byte[] rising = png(DSM, new Curve(LossNames.GAN, STEPS, new double[] {0.3, 0.1, -0.1, -0.2}));

        assertThat(falling).isNotEqualTo(rising);
        assertThat(read(falling).getHeight()).isEqualTo(2 * read(png(DSM)).getHeight());
    }

    @Test
    void runWithoutCriticsHasOnePlot() {
        Curve none = new Curve(LossNames.GAN, new double[0], new double[0]);

        assertThat(png(DSM, none)).isEqualTo(png(DSM));
    }

    private static byte[] png(Curve... curves) {
        return TrainingCurves.png("Training of dots", List.of(curves));
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }
}
