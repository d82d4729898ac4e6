package dev.glimpse.cli;

import dev.glimpse.generation.DeviceReport;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelShelf;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.Observability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a server answers to those who ask how it is. Safe to ask from any thread, from before its models are there. */
final class ServerHealth {
    /** How many times longer than a forward a model may take to load before the process had better be replaced. */
    private static final int LOADS_TAKE = 5;

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
        return readiness
                .notReadyBecause()
                .or(() -> devices().flatMap(report -> told(report, report.lost())))
                .or(() -> late(observability.patience()))
                .or(observability::stuck)
                .or(observability::overloaded);
    }

    boolean isReady() {
        return notReadyBecause().isEmpty();
    }

    private Optional<String> notAliveBecause() {
        return devices()
                .flatMap(report -> told(report, report.dead(System.nanoTime(), observability.patience())))
                .or(() -> late(observability.patience().multipliedBy(LOADS_TAKE)))
                .or(observability::stuck);
    }

    /** Why nothing can be computed for so long already, though nothing has failed: every device is at its models. */
    private Optional<String> late(Duration patience) {
        return devices()
                .filter(report -> report.allLate(System.nanoTime(), patience))
                .map(report -> "no device works: " + late(report, patience).collect(Collectors.joining(", ")));
    }

    private Stream<String> late(DeviceReport report, Duration patience) {
        long now = System.nanoTime();
        return report.late(now, patience).entrySet().stream()
                .map(entry -> observability.device(entry.getKey()) + " has been "
                        + entry.getValue().what() + " for "
                        + Duration.ofNanos(now - entry.getValue().sinceNanos()).toSeconds() + " s");
    }

    private Optional<DeviceReport> devices() {
        return Optional.ofNullable(generation).map(GenerationService::devices);
    }

    /** A reason with what is wrong with each device that cannot start. */
    private Optional<String> told(DeviceReport report, Optional<String> reason) {
        return reason.map(lost -> Stream.concat(Stream.of(lost), broken(report)).collect(Collectors.joining("; ")));
    }

    private Stream<String> broken(DeviceReport report) {
        return report.broken().entrySet().stream()
                .map(entry -> observability.device(entry.getKey()) + " cannot start: "
                        + entry.getValue().cause());
    }

    /** What an operator should know of a server that is ready all the same. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        broken().forEach(model -> notes.add(model.name() + "/" + model.version() + " is broken: " + model.reason()));
        devices().ifPresent(report -> {
            report.hanging()
                    .forEach((device, threads) -> notes.add("forwards that were given up and have not come back: "
                            + threads + " on " + observability.device(device)));
            broken(report).forEach(notes::add);
            late(report, observability.patience()).forEach(notes::add);
        });
        observability.slow().ifPresent(notes::add);
        return notes;
    }

    /** Versions that are not served because they cannot be. */
    List<ModelShelf.ModelState> broken() {
        return Optional.ofNullable(generation).map(core -> core.shelf().states()).orElse(List.of()).stream()
                .filter(state -> state.standing() == ModelShelf.Standing.BROKEN)
                .toList();
    }
}
