package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrawnReportTest {
    private static final String UP = "\033[1A\r";

    private final StringWriter out = new StringWriter();
    private final DrawnReport report = new DrawnReport(new PrintWriter(out), Drawing.blocks, ScreenSize.of(""));

    @Test
    void theNextFrameComesInPlaceOfTheOneBefore() throws Exception {
        step();
        step();

        assertThat(out.toString()).containsOnlyOnce(UP);
    }

    @Test
    void whatWasPrintedBetweenTwoFramesIsNotDrawnOver() throws Exception {
        step();
        report.interrupted();
        step();

        assertThat(out.toString()).doesNotContain(UP);
    }

    private void step() throws Exception {
        report.step(Step.getDefaultInstance(), Optional.empty());
    }
}
