package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.math.Sampler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices whose forwards do not end. */
// Forwards that take long on a busy machine look stuck.
@Tag("alone")
@Timeout(60)
class StuckForwardTest {
    private static final int STEPS = 4;
    private static final Requests REQUEST =
            Requests.steps(STEPS).sampler(Sampler.GAMMA).count(2).preview(PreviewKind.NONE);

    /** Hears how many threads hang. */
    private static final class Hung implements GenerationListener {
        private final BlockingQueue<Integer> threads = new LinkedBlockingQueue<>();

        @Override
        public void hung(int now) {
            threads.add(now);
        }

        void await(int count) throws InterruptedException {
            assertThat(threads.poll(10, TimeUnit.SECONDS)).isEqualTo(count);
        }
    }

    private final Hung hung = new Hung();

    private Core core(int devices, int maxHung) {
        StuckRule rule = new StuckRule(3, Duration.ofMillis(300), maxHung);
        return new Core(Settings.impatient(devices, rule), hung);
    }

    private static List<ByteBuffer> expected() {
        try (Core core = new Core(Settings.of(1))) {
            return Core.pictures(core.run(REQUEST));
        }
    }

    private static Failure.Unavailable unavailable(GenerationEvent event) {
        assertThat(event).isInstanceOf(GenerationEvent.Failed.class);
        Failure failure = ((GenerationEvent.Failed) event).failure();
        assertThat(failure).isInstanceOf(Failure.Unavailable.class);
        return (Failure.Unavailable) failure;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 2", "2, 0", "2, 3"})
    void stepThatDoesNotEndIsTakenElsewhereWithTheSameBytes(int devices, int step) throws Exception {
        try (Core core = core(devices, 1)) {
            core.engine.hang(List.of(step));
            assertThat(Core.pictures(core.run(REQUEST))).isEqualTo(expected());
            hung.await(1);
            assertThat(core.engine.forwards).hasSize(STEPS + 1);
        }
    }

    @Test
    void stepThatHangsTwiceEndsItsRequestWithATokenThatGoesOnElsewhere() throws Exception {
        Requests shown = Requests.steps(STEPS).preview(PreviewKind.FREE);
        List<GenerationEvent> events = new ArrayList<>();
        String token;
        try (Core core = core(1, 2)) {
            core.engine.hang(List.of(2, 3));
            GenerationStream stream = core.open(shown);
            events.add(Core.next(stream));
            events.add(Core.next(stream));
            Failure.Unavailable failure = unavailable(Core.next(stream));
            assertThat(failure.retryAfter()).isPositive();
            assertThat(failure.message()).contains(stream.accepted().requestId());
            token = failure.resumeToken();
            assertThat(token).isEqualTo(((GenerationEvent.Stepped) events.get(1)).resumeToken());
        }
        try (Core other = new Core(Settings.of(1))) {
            Submission again = Core.await(other.generator().resume(new ResumeRequest(token, Optional.empty())));
            events.addAll(Core.readAll(((Submission.Admitted) again).stream()));
            assertThat(Core.frames(events))
                    .extracting(GenerationEvent.Stepped::step)
                    .containsExactly(1, 2, 3, 4);
            assertThat(Core.pictures(events)).isEqualTo(Core.pictures(other.run(shown)));
        }
    }

    @Test
    void lateResultIsForgottenAndItsThreadLeavesWithItsModels() throws Exception {
        try (Core core = core(1, 1)) {
            core.engine.hang(List.of(1));
            List<ByteBuffer> pictures = Core.pictures(core.run(REQUEST));
            hung.await(1);
            assertThat(core.engine.open.get()).isEqualTo(2);
            core.engine.comeBack();
            hung.await(0);
            assertThat(core.engine.open.get()).isEqualTo(1);
            assertThat(core.service.devices()).isEqualTo(DeviceReport.working(1));
            assertThat(Core.pictures(core.run(REQUEST))).isEqualTo(pictures).isEqualTo(expected());
        }
    }

    @Test
    void whenTooManyHangNothingIsAdmittedUntilOneComesBack() throws Exception {
        try (Core core = core(1, 0)) {
            core.engine.hang(List.of(1));
            GenerationStream waiting = core.open(REQUEST);
            hung.await(1);
            assertThat(core.service.devices().lost()).contains("no device works: 1 forward does not end");
            assertThat(core.submit(REQUEST.seed(3)))
                    .isEqualTo(new Submission.Refused(
                            new Failure.Unavailable("no device works: 1 forward does not end", Duration.ofSeconds(1))));
            core.engine.comeBack();
            assertThat(Core.pictures(Core.readAll(waiting))).isEqualTo(expected());
            assertThat(core.service.devices().lost()).isEmpty();
        }
    }

    /** Else a probe would kill the process in the middle of what is to save it. */
    @Test
    void aDeviceThatStartsAnewBesideAThreadThatHangsIsNotLost() throws Exception {
        try (Core core = core(1, 1)) {
            core.engine.hang(List.of(0));
            core.engine.holdLoads();
            GenerationStream waiting = core.open(REQUEST);
            hung.await(1);
            core.engine.awaitLoads(1);
            DeviceReport report = core.service.devices();
            assertThat(report.hanging()).containsEntry(0, 1);
            assertThat(report.starting()).containsOnlyKeys(0);
            assertThat(report.lost()).isEmpty();
            assertThat(report.dead(System.nanoTime(), Duration.ZERO)).isEmpty();
            GenerationStream hopeful = core.open(REQUEST.seed(3));
            core.engine.letLoadsGo(1);
            assertThat(Core.pictures(Core.readAll(waiting))).isEqualTo(expected());
            Core.finished(Core.readAll(hopeful));
        }
    }

    /** A thread that hangs, and is tolerated, says nothing of a device that could not start once. */
    @Test
    void aDeviceThatCannotStartIsGivenItsTimeBesideAThreadThatHangs() {
        DeviceReport.Broken broken = new DeviceReport.Broken("no memory", 0);
        DeviceReport report = new DeviceReport(
                0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(Map.of(0, 1)), new TreeMap<>(Map.of(0, broken)));
        Duration patience = Duration.ofSeconds(1);
        assertThat(report.lost()).contains("no device works: 1 forward does not end, 1 cannot start");
        assertThat(report.dead(patience.toNanos() - 1, patience)).isEmpty();
        assertThat(report.dead(patience.toNanos(), patience)).isPresent();
    }

    /** How long a request that is too long for its deadline is foreseen to take. */
    private static long foreseenMillis(Core core) {
        Requests large = Requests.steps(16).count(16).preview(PreviewKind.NONE).timeout(Duration.ofSeconds(1));
        Matcher message = Pattern.compile("at least the (\\d+) ms")
                .matcher(((Submission.Refused) core.submit(large)).failure().message());
        assertThat(message.find()).isTrue();
        return Long.parseLong(message.group(1));
    }

    @Test
    void whatADeviceThatIsLostWouldDoIsNotPromised() throws Exception {
        StuckRule rule = new StuckRule(20, Duration.ofSeconds(1), 0);
        try (Core core = new Core(Settings.impatient(2, rule), hung)) {
            core.engine.pace(Duration.ofMillis(100));
            Core.finished(core.run(REQUEST));
            long before = foreseenMillis(core);
            core.engine.hang(List.of(core.engine.begun()));
            Core.finished(core.run(REQUEST.seed(3)));
            hung.await(1);
            // About twice, as forwards take now more and now less.
            assertThat(foreseenMillis(core)).isGreaterThan(before * 14 / 10);
        }
    }

    @Test
    void serviceClosesThoughAThreadHangs() throws Exception {
        try (Core core = core(1, 1)) {
            core.engine.hang(List.of(0));
            Core.finished(core.run(REQUEST));
            hung.await(1);
            Core.await(core.service.close());
            assertThat(core.service.devices().hung()).isEqualTo(1);
        }
    }

    @Test
    void patienceGrowsWithWhatIsExpectedFromAFloor() {
        StuckRule rule = new StuckRule(20, Duration.ofSeconds(1), 0);
        assertThat(rule.patienceNanos(0)).isEqualTo(rule.floor().toNanos());
        assertThat(rule.patienceNanos(rule.floor().toNanos()))
                .isEqualTo((long) (rule.factor() * rule.floor().toNanos()));
        assertThat(StuckRule.NONE.patienceNanos(Long.MAX_VALUE / 2)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rulesThatGiveUpTooSoonAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new StuckRule(0.5, second, 0)).hasMessageStartingWith("factor: 0.5 (expected:");
        assertThatThrownBy(() -> new StuckRule(1, Duration.ZERO, 0)).hasMessageStartingWith("floor: PT0S (expected:");
        assertThatThrownBy(() -> new StuckRule(1, second, -1)).hasMessageStartingWith("maxHung: -1 (expected:");
    }
}
