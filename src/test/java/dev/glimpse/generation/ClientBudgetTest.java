package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientBudgetTest {
    private final List<JobTerms> entered = new CopyOnWriteArrayList<>();
    private final Core core = new Core(Settings.of(1), new GenerationListener() {
        @Override
        public SchedulerListener opened(String lane, SchedulerSettings settings) {
            return new SchedulerListener() {
                @Override
                public void entered(List<Job> jobs) {
                    jobs.forEach(job -> entered.add(job.terms()));
                }
            };
        }
    });
    private final Ledger ledger = new Ledger();
    private final Generator generator = core.service.as(new Client("team", Rank.BACKGROUND, 2, ledger));

    @AfterEach
    void close() throws Exception {
        core.close();
    }

    @Test
    void whatAClientClaimsReachesTheScheduler() {
        Core.readAll(open(Requests.steps(1)));
        Core.readAll(open(Requests.steps(1).seed(8).flexible()));

        assertThat(entered)
                .containsExactly(
                        new JobTerms(Rank.BACKGROUND, "team", 2, false),
                        new JobTerms(Rank.BACKGROUND, "team", 2, true));
    }

    @Test
    void aRequestIsChargedBeforeItRunsAndEndsOnce() throws Exception {
        GenerationStream stream = open(Requests.steps(3).count(2));
        List<GenerationEvent> events = Core.readAll(stream);
        long bytes = events.stream()
                .filter(GenerationEvent.Stepped.class::isInstance)
                .mapToLong(event -> ((GenerationEvent.Stepped) event).image().length)
                .sum();
        stream.cancel();
        ledger.awaitEnd();

        assertThat(ledger.entries).startsWith("begin 2 6").endsWith("end 2 0").hasSize(2);
        assertThat(ledger.bytes).isEqualTo(bytes).isPositive();
    }

    @Test
    void aCancelledRequestEndsOnceAndIsGivenBackWhatNeverRan() throws Exception {
        core.engine.hold();
        GenerationStream stream = open(Requests.steps(3));
        stream.cancel();
        stream.cancel();
        ledger.awaitEnd();

        // One evaluation may have begun.
        assertThat(ledger.entries).startsWith("begin 1 3").hasSize(2);
        assertThat(ledger.entries.get(1)).matches("end 1 [23]");
        core.engine.letAllGo();
    }

    @Test
    void whatRanBeforeItWasCancelledIsPaidFor() throws Exception {
        GenerationStream stream = open(Requests.steps(3));
        Core.readAll(stream);
        GenerationStream another = open(Requests.steps(3).seed(8));
        Core.await(another.next());
        another.cancel();
        ledger.awaitEnd();

        assertThat(ledger.entries).hasSize(4).element(3).asString().matches("end 1 [012]");
    }

    @Test
    void whatTheBudgetRefusesIsNotAdmitted() {
        Failure refusal = new Failure.QuotaExceeded("tenant:team", "no more", Optional.empty());
        ledger.refusal = Optional.of(refusal);

        assertThat(submit(Requests.steps(3))).isEqualTo(new Submission.Refused(refusal));
        assertThat(ledger.entries).containsExactly("begin 1 3");
    }

    @Test
    void whileItsPicturesAreReadARequestHoldsTheLeastThatItMayNeed() throws Exception {
        EditRequest.Picture black =
                new EditRequest.Picture(new byte[GaussianEngine.SPEC.dimension()], ImageFormat.RAW_U8);
        GenerationRequest edit = Requests.steps(3).build().with(new EditRequest.Stroke(black, OptionalDouble.of(20)));
        Core.readAll(((Submission.Admitted) Core.await(generator.submit(edit))).stream());
        ledger.awaitEnd();

        assertThat(ledger.entries).containsExactly("begin 1 1", "end 1 1", "begin 1 3", "end 1 0");
    }

    @Test
    void sessionsAreChargedToTheirClient() throws Exception {
        GenerationSession session = generator.session();
        Submission submission = Core.await(session.submit(Requests.steps(2).build()));
        Core.readAll(((Submission.Admitted) submission).stream());
        session.close();
        ledger.awaitEnd();

        assertThat(ledger.entries).containsExactly("begin 1 2", "end 1 0");
    }

    private GenerationStream open(Requests request) {
        return ((Submission.Admitted) submit(request)).stream();
    }

    private Submission submit(Requests request) {
        return Core.await(generator.submit(request.build()));
    }

    /** A budget that writes down what it is asked. */
    private static final class Ledger implements Budget {
        private final List<String> entries = new ArrayList<>();
        private Optional<Failure> refusal = Optional.empty();
        private long bytes;

        @Override
        public synchronized Optional<Failure> begin(int trajectories, long nfe) {
            entries.add("begin " + trajectories + " " + nfe);
            return refusal;
        }

        @Override
        public synchronized void spent(long nfe) {
            entries.add("spent " + nfe);
        }

        @Override
        public synchronized void sent(long count) {
            bytes += count;
        }

        @Override
        public synchronized void end(int trajectories, long unusedNfe) {
            entries.add("end " + trajectories + " " + unusedNfe);
            notifyAll();
        }

        /** Waits until everything that began has ended. */
        synchronized void awaitEnd() throws InterruptedException {
            while (entries.stream().filter(entry -> entry.startsWith("end")).count() * 2 < entries.size()) {
                wait();
            }
        }
    }
}
