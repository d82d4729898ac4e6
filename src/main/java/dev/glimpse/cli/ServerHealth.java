package dev.glimpse.cli;

import dev.glimpse.generation.DeviceReport;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelShelf;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.Observability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server answers to those who ask how it is. Safe to ask from any thread, from before its models are there. */
final class ServerHealth {
    private final Readiness readiness;
    private final Observability observability;
    private volatile @Nullable GenerationService generation;

    ServerHealth(Readiness readiness, Observability observability) {
        this.readiness = readiness;
        this.observability = observability;
    }

    /** The core has its models. */
    void loaded(GenerationService core) {
        generation = core;
    }

    HealthEndpoints.Checks checks() {
        return new HealthEndpoints.Checks(
                readiness::notStartedBecause, this::notReadyBecause, this::notes, this::notAliveBecause);
    }

    Optional<String> notReadyBecause() {
        return readiness.notReadyBecause().or(this::notAliveBecause).or(observability::overloaded);
    }

    boolean isReady() {
        return notReadyBecause().isEmpty();
    }

    private Optional<String> notAliveBecause() {
        return Optional.ofNullable(generation)
                .map(GenerationService::devices)
                .flatMap(DeviceReport::lost)
                .or(observability::stuck);
    }

    /** What an operator should know of a server that is ready all the same. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        broken().forEach(model -> notes.add(model.name() + "/" + model.version() + " is broken: " + model.reason()));
        int hung = Optional.ofNullable(generation)
                .map(core -> core.devices().hung())
                .orElse(0);
        if (hung > 0) {
            notes.add("forwards that were given up and have not come back: " + hung);
        }
        return notes;
    }

    /** Versions that are not served because they cannot be. */
    List<ModelShelf.ModelState> broken() {
        return Optional.ofNullable(generation).map(core -> core.shelf().states()).orElse(List.of()).stream()
                .filter(state -> state.standing() == ModelShelf.Standing.BROKEN)
                .toList();
    }
}
