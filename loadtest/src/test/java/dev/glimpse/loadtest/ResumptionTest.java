package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.loadtest.Answer.End;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams that a server cuts with a token. */
class ResumptionTest extends AgainstScriptedServer {
    @Test
    void aStreamThatIsCutGoesOnWithItsToken() throws Exception {
        List<Answer> answers = run(List.of(Arrival.plain(0, ScriptedServer.CUT, Preview.FREE)));

        assertThat(answers.get(0).end()).isEqualTo(End.FINISHED);
        assertThat(answers.get(0).resumes()).isEqualTo(1);
        // One evaluation before it was cut, and one behind.
        assertThat(answers.get(0).nfe()).isEqualTo(2);
        Summary summary = Summary.of(answers, SLO, 0, 1);
        assertThat(summary.dropped()).isZero();
        assertThat(summary.resumed()).isEqualTo(1);
    }

    @Test
    void aTokenThatAFullServerWillTakeIsTriedWhenItSays() throws Exception {
        Answer answer = run(List.of(Arrival.plain(0, ScriptedServer.BUSY, Preview.FREE)))
                .get(0);

        assertThat(answer.end()).isEqualTo(End.FINISHED);
        assertThat(answer.resumes()).isEqualTo(2);
        assertThat(answer.times().end()).isGreaterThan(ScriptedServer.BUSY_FOR.toNanos());
    }

    @Test
    void aTokenThatNobodyTakesInTimeIsALostStream() throws Exception {
        Arrival hurried =
                new Arrival(0, ScriptedServer.LOST, 1, Preview.FREE, true, 500_000, 0, "standard", "", 1, false);

        List<Answer> answers = run(List.of(hurried));

        assertThat(answers.get(0).end()).isEqualTo(End.CUT);
        assertThat(answers.get(0).resumes()).isPositive();
        assertThat(Summary.of(answers, SLO, 0, 1).dropped()).isEqualTo(1);
    }

    /** A slow machine cuts the stream later than its client leaves, which looks the same. */
    @Test
    void whoeverLeavesBeforeAStreamGoesOnDoesNotComeBack() throws Exception {
        long pauseMillis = 10 * EACH_MILLIS;
        long leaves = TimeUnit.MILLISECONDS.toMicros(6 * EACH_MILLIS);
        Arrival leaving =
                new Arrival(0, ScriptedServer.CUT, 1, Preview.FREE, true, 0, leaves, "standard", "", 1, false);
        Arrival last = Arrival.plain(TimeUnit.MILLISECONDS.toMicros(2 * pauseMillis), 1, Preview.NONE);
        clients.close();
        clients = new GrpcClients(server.target(), terms(), pauseMillis);
        // Over a connection that is open, the next gets as far as the cut.
        run(List.of(Arrival.plain(0, 1, Preview.NONE)));

        List<Answer> answers = run(List.of(leaving, last));

        assertThat(answers).extracting(Answer::end).containsExactly(End.LEFT, End.FINISHED);
        // A request with a token has no seed.
        assertThat(server.seeds()).doesNotContain(0L);
    }
}
