package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LiveLineTest {
    private static final int COLUMNS = 80;

    private final StringWriter printed = new StringWriter();
    private final PrintWriter err = new PrintWriter(printed);

    @Test
    void lineLongerThanTheTerminalStaysOnItsRow() {
        LiveLine line = new LiveLine(err, true);
        line.show("1 " + "x".repeat(160));
        line.show("2 " + "x".repeat(160));

        Screen screen = Screen.after(COLUMNS, printed.toString());
        assertThat(screen.rows())
                .singleElement()
                .satisfies(row -> assertThat(row).startsWith("2 xxx").hasSize(COLUMNS - 1));
        assertThat(screen.wraps()).isTrue();
    }

    @Test
    void shorterLineLeavesNothingOfALongerOne() {
        LiveLine line = new LiveLine(err, true);
        line.show("long".repeat(40));
        line.show("short");

        assertThat(Screen.after(COLUMNS, printed.toString()).rows()).containsExactly("short");
    }

    @Test
    void lineThatIsTakenAwayMakesRoom() {
        LiveLine line = new LiveLine(err, true);
        line.show("50 %");
        line.clear();
        err.print("done");

        assertThat(Screen.after(COLUMNS, printed.toString()).rows()).containsExactly("done");
    }

    @Test
    void whatIsSaidMeanwhileStandsAboveTheLine() {
        System.setProperty("glimpse.terminal", "true");
        try {
            LiveLine line = new LiveLine(err, true);
            line.show("50 %");
            LiveLine.interrupt(err, "stopping");
            line.show("51 %");
        } finally {
            System.clearProperty("glimpse.terminal");
        }

        assertThat(Screen.after(COLUMNS, printed.toString()).rows()).containsExactly("stopping", "51 %");
    }

    @Test
    void lineThatIsLeftIsFollowedByAnother() {
        LiveLine line = new LiveLine(err, true);
        line.show("50 %");
        line.end();
        line.end();
        err.print("interrupted");

        assertThat(Screen.after(COLUMNS, printed.toString()).rows()).containsExactly("50 %", "interrupted");
    }
}
