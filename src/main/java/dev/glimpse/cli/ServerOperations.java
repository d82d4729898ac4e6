package dev.glimpse.cli;

import dev.glimpse.api.grpc.Operations;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.observability.LogLevel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the operator of a server may see and do from its first moment on, and to its models once they are there. */
final class ServerOperations implements Operations {
    private final LogLevel logLevel;
    private final Supplier<Duration> drain;
    private volatile Optional<Models> models = Optional.empty();

    /** @param drain begins to end the server, and tells how long running requests have */
    ServerOperations(LogLevel logLevel, Supplier<Duration> drain) {
        this.logLevel = logLevel;
        this.drain = drain;
    }

    /** From here on there are models. */
    void loaded(GenerationService generation, ShelfKeeper keeper) {
        models = Optional.of(new ServedModels(generation, keeper));
    }

    @Override
    public Optional<Models> models() {
        return models;
    }

    @Override
    public Duration drain() {
        return drain.get();
    }

    @Override
    public String logLevel() {
        return logLevel.level();
    }

    @Override
    public void logLevel(String level) {
        logLevel.level(level);
    }

    private record ServedModels(GenerationService generation, ShelfKeeper keeper) implements Models {
        @Override
        public List<ModelVersion> versions() {
            return generation.versions();
        }

        @Override
        public GenerationLimits limits() {
            return generation.limits();
        }
    }
}
