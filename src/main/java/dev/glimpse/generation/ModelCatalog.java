package dev.glimpse.generation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The model versions that are served, in order of preference: the first of all is the default, and the first of a name
 * is the version that the name alone stands for.
 *
 * @param sources at least one, no version twice
 */
public record ModelCatalog(List<ModelSource> sources) {

    public ModelCatalog {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("models: none (expected: at least one)");
        }
        Set<String> seen = new HashSet<>();
        for (ModelSource source : sources) {
            if (!seen.add(source.id())) {
                throw new IllegalArgumentException("models: " + source.id() + " twice (expected: once)");
            }
        }
    }

    /** The source that a client means; an empty name or version leaves the choice to the catalog. */
    Optional<ModelSource> find(String name, String version) {
        String wanted = meant(name);
        return sources.stream()
                .filter(source -> source.name().equals(wanted))
                .filter(source -> version.isEmpty() || source.version().equals(version))
                .findFirst();
    }

    /** The name that a client means: the default model's if it gives none. */
    String meant(String name) {
        return name.isEmpty() ? sources.get(0).name() : name;
    }

    /** With one more version, which is preferred to none. */
    ModelCatalog with(ModelSource source) {
        List<ModelSource> more = new ArrayList<>(sources);
        more.add(source);
        return new ModelCatalog(more);
    }

    /**
     * Without a version.
     *
     * @throws IllegalArgumentException if it is the only one
     */
    ModelCatalog without(ModelSource source) {
        return new ModelCatalog(
                sources.stream().filter(other -> !other.equals(source)).toList());
    }

    /** With a version before all others. */
    ModelCatalog preferring(ModelSource source) {
        List<ModelSource> ordered = new ArrayList<>(sources);
        ordered.remove(source);
        ordered.add(0, source);
        return new ModelCatalog(ordered);
    }

    /** Every version of a name. */
    List<String> versions(String name) {
        return sources.stream()
                .filter(source -> source.name().equals(name))
                .map(ModelSource::version)
                .toList();
    }

    /** Every "name/version", for the error that lists them. */
    List<String> ids() {
        return sources.stream().map(ModelSource::id).toList();
    }
}
