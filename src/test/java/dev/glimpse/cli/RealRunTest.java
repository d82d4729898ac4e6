package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.config.SettingsLoader.Flag;
import dev.glimpse.generation.GenerationListener;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.Preview;
import dev.glimpse.simulation.Slo;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a real run asks for what the simulation is told. */
@Timeout(60)
class RealRunTest {
    private static final ModelSpec SPEC = new ModelSpec(1, 1, 1, List.of("Bag"), 0.002, 80, 0.5, 7, true);
    private static final Settings SETTINGS =
            SettingsLoader.load(Optional.empty(), Map.of(), List.of(new Flag("devices.workers", "1", "--set")));
    private static final int STEPS = 8;

    private final Vertx vertx = Vertx.vertx();
    /** Forwards that may end. */
    private final Semaphore forwards = new Semaphore(0);

    private final Queue<JobTerms> asked = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() throws Exception {
        forwards.release(1000);
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void clientsHaveTheirTermsAndLeave() throws Exception {
        GenerationService service = service();
        JobTerms terms = new JobTerms(Rank.INTERACTIVE, "somebody", 2, true);
        RealRun run = new RealRun(service, SETTINGS.scheduler().minRows(), new Slo.Relative(1, 1e12));
        run.send(
                List.of(
                        new Arrival(0, STEPS, 1, Preview.FREE, true, 0, 1, JobTerms.NONE),
                        new Arrival(1, STEPS, 1, Preview.FREE, true, 0, 0, terms)),
                0,
                () -> false);
        assertThat(asked).containsExactly(JobTerms.NONE, terms);
        assertThat(run.last().count()).isEqualTo(1);
        assertThat(run.good()).isEqualTo(1);
        service.close().await(20, TimeUnit.SECONDS);
    }

    /** Those that have come would be waited for until the service has closed. */
    @Test
    void clientsLeaveAndNoOthersComeWhenARunIsToEndEarly() throws Exception {
        GenerationService service = service();
        RealRun run = new RealRun(service, SETTINGS.scheduler().minRows(), new Slo.Relative(1, 1e12));

        boolean ended = run.send(
                List.of(
                        new Arrival(0, STEPS, 1, Preview.FREE, true, 0, 0, JobTerms.NONE),
                        new Arrival(3_600_000_000L, STEPS, 1, Preview.FREE, true, 0, 0, JobTerms.NONE)),
                0,
                () -> !asked.isEmpty());

        assertThat(ended).isFalse();
        service.close().await(20, TimeUnit.SECONDS);
        assertThat(asked).containsExactly(JobTerms.NONE);
        assertThat(run.last().count()).isZero();
    }

    private GenerationService service() throws Exception {
        return GenerationService.start(
                        vertx,
                        new ModelCatalog(List.of(new ModelSource("gated", "1", SPEC, worker -> new Gated()))),
                        ServerOptions.generation(SETTINGS),
                        new Watching())
                .await(20, TimeUnit.SECONDS);
    }

    /** Lets forwards end once the first client has left. */
    private final class Watching implements GenerationListener {
        @Override
        public SchedulerListener opened(String lane, SchedulerSettings settings) {
            return new SchedulerListener() {
                @Override
                public void entered(List<Job> jobs) {
                    asked.add(jobs.get(0).terms());
                }

                @Override
                public void queued(Rank rank, int nfe) {
                    if (rank == Rank.STANDARD && nfe == 0 && !asked.isEmpty()) {
                        forwards.release(1000);
                    }
                }
            };
        }
    }

    /** A device that computes nothing, and ends when it may. */
    private final class Gated implements CtmModel {
        @Override
        public ModelSpec spec() {
            return SPEC;
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            if (!asked.isEmpty()) {
                forwards.acquireUninterruptibly();
            }
        }

        @Override
        public void close() {}
    }
}
