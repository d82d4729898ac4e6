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

        assertThat(printed.toString()).contains("[##########....................] 1.0 of 3 pictures, 0:02:00 left");
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
        bar.end();

        assertThat(Screen.after(80, printed.toString()).rows()).containsExactly("");
    }

    @Test
    void pipeGetsNoBar() {
        ProgressBar bar = bar(false);
        bar.show(2);
        bar.end();

        assertThat(printed.toString()).isEmpty();
    }

    private ProgressBar bar(boolean shown) {
        return new ProgressBar(new LiveLine(new PrintWriter(printed), shown), "pictures", 3, now::get);
    }
}
