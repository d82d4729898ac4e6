package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private static final long MINUTE = 60_000_000_000L;

    private final StringWriter printed = new StringWriter();
    private final AtomicLong now = new AtomicLong(-MINUTE);

    @Test
    void barTellsHowMuchIsDoneAndHowLongTheRestTakes() {
        ProgressBar bar = bar(true);
        now.addAndGet(MINUTE);
        bar.show(1);

        assertThat(printed.toString()).startsWith("\r[##########....................] 1.0 of 3 pictures, 0:02:00 left");
    }

    @Test
    void nothingDoneYetSaysNothingOfTheRest() {
        bar(true).show(0);

        assertThat(printed.toString()).contains("0.0 of 3 pictures, 0:00:00 left");
    }

    @Test
    void endedBarLeavesNothingOnItsLine() {
        ProgressBar bar = bar(true);
        bar.show(3);
        String line = printed.toString();
        bar.end();

        assertThat(printed.toString().substring(line.length()))
                .matches("\r +\r")
                .hasSizeGreaterThan(line.length());
    }

    @Test
    void pipeGetsNoBar() {
        ProgressBar bar = bar(false);
        bar.show(2);
        bar.end();

        assertThat(printed.toString()).isEmpty();
    }

    private ProgressBar bar(boolean shown) {
        return new ProgressBar(new PrintWriter(printed), "pictures", 3, now::get, shown);
    }
}
