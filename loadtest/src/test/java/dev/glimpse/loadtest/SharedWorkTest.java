package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
    private static final Slo SLO = new Slo(3, Map.of(1, 250_000L, 4, 1_000_000L));
    private static final int ROWS = 8;

    @Test
    void whatManyWatchIsEvaluatedOnce() {
        Summary.Work work = work(
                viewer(0, End.FINISHED, frame(1, 1, 500), frame(2, 2, 510)),
                viewer(0, End.FINISHED, frame(1, 1, 500), frame(2, 2, 510)));

        assertThat(work.nfe()).isEqualTo(3);
        assertThat(work.rows()).containsExactly(Map.entry(ROWS, 3L));
        assertThat(work.deviceMicros()).isEqualTo((500 + 2 * 510) / (double) ROWS);
    }

    @Test
    void whatIsMadeAgainIsEvaluatedAgain() {
        assertThat(work(viewer(0, End.FINISHED, frame(1, 1, 500)), viewer(0, End.FINISHED, frame(1, 1, 501)))
                        .nfe())
                .isEqualTo(2);
        assertThat(work(viewer(0, End.FINISHED, frame(1, 1, 500)), viewer(9, End.FINISHED, frame(1, 1, 500)))
                        .nfe())
                .isEqualTo(2);
    }

    @Test
    void whatOneViewerWasNotSentIsCountedAtAnother() {
        Summary.Work work = work(
                viewer(0, End.FINISHED, frame(2, 3, 510)), viewer(0, End.FINISHED, frame(1, 1, 500), frame(2, 2, 510)));

        assertThat(work.nfe()).isEqualTo(3);
    }

    @Test
    void whatOneViewerGotIsNotLost() {
        assertThat(work(viewer(0, End.LATE, frame(1, 1, 500)), viewer(0, End.FINISHED, frame(1, 1, 500)))
                        .unfinishedNfe())
                .isZero();
        assertThat(work(viewer(0, End.LATE, frame(1, 1, 500)), viewer(0, End.LATE, frame(1, 1, 500)))
                        .unfinishedNfe())
                .isEqualTo(1);
    }

    private static Summary.Work work(Answer... answers) {
        return Summary.of(SharedWork.once(List.of(answers)), SLO, 0, 1).work();
    }

    private static Answer viewer(long atMicros, End end, Frame... frames) {
        long nfe = List.of(frames).stream().mapToLong(Frame::evaluations).sum();
        Answer.Times times = new Answer.Times(0, OptionalLong.of(0), OptionalLong.of(0), 1000);
        return new Answer(
                Arrival.plain(atMicros, 4, Preview.EXACT), end, "", times, nfe, 0, false, false, List.of(frames));
    }

    private static Frame frame(int step, long evaluations, long forwardMicros) {
        return new Frame(0, 0, step, ROWS, evaluations, forwardMicros);
    }
}
