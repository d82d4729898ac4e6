package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.Accepted;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LineReportTest {
    /** A server may be anyone's. */
    @Test
    void namesOfAServerSteerNoTerminal() {
        StringWriter out = new StringWriter();
        new LineReport(new PrintWriter(out))
                .accepted(Accepted.newBuilder()
                        .setModel("shoes\033[2J")
                        .setModelVersion("1\u009b2J")
                        .addLabels(0)
                        .addLabelNames("\033[2J\nBag")
                        .build());

        assertThat(out.toString())
                .isEqualToIgnoringNewLines("model shoes?[2J/1?2J, seed 0, 0 steps: ?[2J Bag")
                .hasLineCount(1);
    }
}
