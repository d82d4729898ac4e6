package dev.glimpse.api.grpc;

import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ShelfKeeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that only counts what its operator asks for; its models are real. */
final class RecordedOperations implements Operations {
    static final Duration GRACE = Duration.ofMillis(2_500);

    private final AtomicInteger drains = new AtomicInteger();
    private volatile Optional<Models> models = Optional.empty();
    private volatile String level = "info";

    private record Served(GenerationService service, ShelfKeeper keeper) implements Models {
        @Override
        public List<ModelVersion> versions() {
            return service.versions();
        }

        @Override
        public GenerationLimits limits() {
            return service.limits();
        }
    }

    void loaded(GenerationService service, ShelfKeeper keeper) {
        models = Optional.of(new Served(service, keeper));
    }

    void unloaded() {
        models = Optional.empty();
    }

    int drains() {
        return drains.get();
    }

    @Override
    public Optional<Models> models() {
        return models;
    }

    @Override
    public Duration drain() {
        drains.incrementAndGet();
        return GRACE;
    }

    @Override
    public String logLevel() {
        return level;
    }

    @Override
    public void logLevel(String wanted) {
        level = wanted;
    }
}
