package dev.glimpse.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stands in a catalog directory laid out as {@code name/version/config.json}.
 *
 * @param versions directories of versions, by name, newest version first, as {@link VersionOrder} says
 * @param unlisted directories in the catalog that cannot be looked into: a file system's lost+found, or a model whose
 *     owner keeps it closed
 */
public record CatalogListing(List<Path> versions, List<Path> unlisted) {
    public CatalogListing {
        versions = List.copyOf(versions);
        unlisted = List.copyOf(unlisted);
    }

    /**
     * Looks into a catalog.
     *
     * @throws ModelFormatException if the catalog itself cannot be listed
     */
    public static CatalogListing of(Path catalog) {
        try {
            return ofModels(subdirectories(catalog));
        } catch (IOException e) {
            throw new ModelFormatException("models: " + catalog + " (expected: a readable directory)");
        }
    }

    /** Looks into directories that were seen in a catalog. */
    static CatalogListing ofModels(List<Path> models) {
        List<Path> versions = new ArrayList<>();
        List<Path> unlisted = new ArrayList<>();
        for (Path model : models) {
            try {
                subdirectories(model).stream()
                        .filter(version -> Files.exists(version.resolve(ModelDirectory.CONFIG)))
                        .forEach(versions::add);
            } catch (IOException e) {
                unlisted.add(model);
            }
        }
        versions.sort(
                Comparator.comparing((Path p) -> p.getParent().getFileName().toString())
                        .thenComparing(p -> p.getFileName().toString(), new VersionOrder().reversed()));
        return new CatalogListing(versions, unlisted);
    }

    private static List<Path> subdirectories(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .filter(d -> !VersionDirectory.isPartial(d))
                    .toList();
        } catch (UncheckedIOException e) {
            // A directory may fail or vanish while its entries are read.
            throw e.getCause();
        }
    }
}
