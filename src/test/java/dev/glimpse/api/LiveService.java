package dev.glimpse.api;

import dev.glimpse.generation.Client;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.generation.ResumeKeys;
import dev.glimpse.generation.ResumeSettings;
import dev.glimpse.generation.SessionSettings;
import dev.glimpse.generation.StuckRule;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.scheduler.SchedulerSettings;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The core with the model that comes with the program, for tests of whole ways from a door to a picture. */
public final class LiveService implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final GenerationService service;

    public LiveService() throws Exception {
        ModelDirectory model = ModelDirectory.builtIn();
        ModelSource source = new ModelSource(
                model.name(),
                model.version(),
                model.config().spec(),
                worker -> model.load(ComputeDevice.cpu()),
                model.parameterCount());
        GenerationSettings settings = new GenerationSettings(
                new GenerationLimits(64, 16, 256, Duration.ofSeconds(60)),
                new SchedulerSettings(1, 4, 15, 512, 0.5, 1_000_000_000L, 50),
                "cpu",
                1,
                8,
                Duration.ZERO,
                32,
                new ResumeSettings(ResumeKeys.ofThisProcess(), Duration.ofMinutes(1)),
                new SessionSettings(4, 1 << 20),
                0,
                StuckRule.NONE);
        service = GenerationService.start(vertx, new ModelCatalog(List.of(source)), settings)
                .await(60, TimeUnit.SECONDS);
    }

    public GenerationService service() {
        return service;
    }

    /** The service as anybody sees it. */
    public Generator generator() {
        return service.as(Client.ANYONE);
    }

    public Vertx vertx() {
        return vertx;
    }

    @Override
    public void close() throws Exception {
        service.close().await(20, TimeUnit.SECONDS);
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
