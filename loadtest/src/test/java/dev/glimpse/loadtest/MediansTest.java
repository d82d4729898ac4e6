package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.loadtest.Answer.End;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MediansTest {
    private static final Slo SLO = new Slo(3, Map.of(1, TimeUnit.SECONDS.toNanos(1)));

    /** Long enough for a percentile of few answers a second. */
    private static final int SECONDS = 200;

    @Test
    void targetsAreComparedWithinEachScenario() {
        String text = medians(
                result(Scenario.W2, "a", 6, 10),
                result(Scenario.W2, "b", 3, 20),
                result(Scenario.W4, "a", 4, 10),
                result(Scenario.W4, "b", 4, 40));

        assertThat(ratios(text))
                .containsExactly(
                        "  W2, a / b: goodput x 2.00, first p99 x 0.50",
                        "  W4, a / b: goodput x 1.00, first p99 x 0.25");
        assertThat(text.lines().filter(line -> line.contains(" on "))).hasSize(4);
    }

    @Test
    void scenariosOnOneTargetAreNotCompared() {
        assertThat(ratios(medians(result(Scenario.W2, "a", 6, 10), result(Scenario.W4, "a", 3, 10))))
                .isEmpty();
    }

    @Test
    void nothingIsTimesNothing() {
        assertThat(ratios(medians(
                        result(Scenario.W2, "a", 6, 10),
                        result(Scenario.W2, "b", 0, 0),
                        result(Scenario.W4, "a", 0, 0))))
                .containsExactly("  W2, a / b: goodput x -, first p99 x -");
    }

    @Test
    void eachMedianIsThatOfItsOwnRuns() {
        String text = medians(
                result(Scenario.W2, "a", 3, 10), result(Scenario.W2, "a", 7, 30), result(Scenario.W2, "a", 4, 20));

        assertThat(text).containsPattern("W2 on a +3 +4\\.00 +100\\.0 +20\\.0 +20\\.0 ");
        assertThat(text.lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void severalRunsOfATargetHaveARange() {
        String text = medians(
                result(Scenario.W2, "a", 3, 10), result(Scenario.W2, "a", 7, 30), result(Scenario.W2, "a", 4, 20));

        assertThat(text)
                .containsPattern(
                        " +range +3\\.00\\.\\.7\\.00 +100\\.0\\.\\.100\\.0 +10\\.0\\.\\.30\\.0 +10\\.0\\.\\.30\\.0 ");
        assertThat(text.lines()).allMatch(line -> line.length() <= 120);
        assertThat(medians(result(Scenario.W2, "a", 3, 10))).doesNotContain("range");
    }

    /** Or a server that turns most away would look like the better one. */
    @Test
    void theShareOfThoseWhoWereAnsweredStandsBesideTheirTimes() {
        Answer refused = answer(End.REFUSED, 1);
        List<Answer> answers = new ArrayList<>(Collections.nCopies(600, answer(End.FINISHED, 10)));
        answers.addAll(Collections.nCopies(200, refused));

        String text = medians(result(Scenario.W2, "a", answers), result(Scenario.W2, "b", List.of(refused)));

        assertThat(text).containsPattern("W2 on a +1 +3\\.00 +75\\.0 +10\\.0 +10\\.0 +10\\.0 ");
        assertThat(text).containsPattern("W2 on b +1 +0\\.00 +0\\.0 +- +- +- ");
        assertThat(medians(result(Scenario.W2, "a", List.of()), result(Scenario.W2, "b", List.of())))
                .containsPattern("W2 on a +1 +0\\.00 +- +- +- +- ");
    }

    /** Which 459 answers can, as the published rule has it. */
    @Test
    void whatTooFewAnswersCannotShowIsNotTold() {
        Trial.Result few = result(Scenario.W2, "a", Collections.nCopies(458, answer(End.FINISHED, 10)));
        Trial.Result enough = result(Scenario.W2, "b", Collections.nCopies(459, answer(End.FINISHED, 10)));

        String text = medians(few, enough);
        assertThat(text).containsPattern("W2 on a +1 +2\\.29 +100\\.0 +10\\.0 +- +- ");
        assertThat(text).containsPattern("W2 on b +1 +2\\.30 +100\\.0 +10\\.0 +10\\.0 +10\\.0 ");
        assertThat(ratios(text)).containsExactly("  W2, a / b: goodput x 1.00, first p99 x -");
    }

    private static List<String> ratios(String text) {
        return text.lines().filter(line -> line.contains(" / ")).toList();
    }

    private static String medians(Trial.Result... results) {
        StringWriter text = new StringWriter();
        new Medians(new PrintWriter(text)).print(List.of(results));
        return text.toString();
    }

    /** A run in which so many requests a second were answered well, each first picture after so long. */
    private static Trial.Result result(Scenario scenario, String target, int good, long firstMillis) {
        return result(scenario, target, Collections.nCopies(good * SECONDS, answer(End.FINISHED, firstMillis)));
    }

    private static Answer answer(End end, long firstMillis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
        OptionalLong first = end == End.FINISHED ? OptionalLong.of(nanos) : OptionalLong.empty();
        return new Answer(
                Arrival.plain(0, 1, Preview.NONE),
                end,
                "",
                new Answer.Times(0, first, first, nanos),
                1,
                0,
                false,
                false,
                List.of());
    }

    private static Trial.Result result(Scenario scenario, String target, List<Answer> answers) {
        return new Trial.Result(
                scenario,
                0,
                target,
                Summary.of(answers, SLO, 0, SECONDS),
                new OpenLoop.Extent(SECONDS, 0, false),
                List.of(),
                List.of(),
                0,
                0,
                ServerUsage.unknown(),
                Optional.empty());
    }
}
