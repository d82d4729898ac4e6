package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.model.CatalogListing;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelFormatException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that the settings name, read from disk and put in the order in which they are preferred.
 *
 * @param directories at least one
 * @param broken versions that could not be read
 */
record ModelLoading(List<ModelDirectory> directories, List<Broken> broken) {
    ModelLoading {
        directories = List.copyOf(directories);
        broken = List.copyOf(broken);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ModelLoading.class);

    /** A version that could not be read, and why. */
    record Broken(String name, String version, String reason) {}

    /**
     * Reads and verifies every model; nothing is loaded onto a device yet.
     *
     * @throws ModelFormatException if there are some and none of them is good
     */
    static ModelLoading read(Settings.Models settings) {
        List<ModelDirectory> directories = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        Optional<Path> catalog = settings.catalog();
        if (catalog.isEmpty()) {
            directories.add(ModelDirectory.builtIn());
        } else {
            CatalogListing listing = CatalogListing.of(catalog.get());
            listing.unlisted()
                    .forEach(closed -> LOG.warn("models.directory: {} cannot be listed and is left out", closed));
            for (Path version : listing.versions()) {
                try {
                    directories.add(ModelDirectory.read(version));
                } catch (RuntimeException e) {
                    broken.add(new Broken(name(version.getParent()), name(version), String.valueOf(e.getMessage())));
                }
            }
            if (directories.isEmpty() && !broken.isEmpty()) {
                throw noneIsGood(broken);
            }
            if (directories.isEmpty()) {
                throw new WrongInputException(
                        "models.directory", catalog.get(), "at least one NAME/VERSION/config.json in it");
            }
        }
        settings.defaultName().ifPresent(name -> prefer(name, directories, broken));
        return new ModelLoading(directories, broken);
    }

    /**
     * Does so on a thread of its own: large files on a slow volume take long to verify, and nobody can call it off;
     * with the process it ends all the same.
     */
    static Future<ModelLoading> begin(Settings.Models settings) {
        Promise<ModelLoading> models = Promise.promise();
        Thread thread = new Thread(
                () -> {
                    try {
                        models.complete(read(settings));
                    } catch (RuntimeException | Error e) {
                        models.fail(e);
                    }
                },
                "models");
        thread.setDaemon(true);
        thread.start();
        return models.future();
    }

    private static ModelFormatException noneIsGood(List<Broken> broken) {
        int others = broken.size() - 1;
        String more = others == 0 ? "" : "; " + others + " more, and none is good";
        return new ModelFormatException(broken.get(0).reason() + more);
    }

    private static void prefer(String name, List<ModelDirectory> directories, List<Broken> broken) {
        List<ModelDirectory> named =
                directories.stream().filter(d -> d.name().equals(name)).toList();
        if (named.isEmpty() && broken.stream().anyMatch(b -> b.name().equals(name))) {
            LOG.warn(
                    "models.default-name: every version of {} is broken; requests that name no model get another",
                    name);
            return;
        }
        if (named.isEmpty()) {
            List<String> names =
                    directories.stream().map(ModelDirectory::name).distinct().toList();
            throw new WrongInputException("models.default-name", name, "one of " + String.join(", ", names));
        }
        directories.removeAll(named);
        directories.addAll(0, named);
    }

    ModelCatalog catalog(ServerDevices devices) {
        return new ModelCatalog(
                directories.stream().map(d -> source(d, devices)).toList());
    }

    /** Reads and verifies one version; empty if there is none. */
    static Optional<ModelSource> find(Settings.Models settings, ServerDevices devices, String name, String version) {
        Optional<Path> catalog = settings.catalog();
        if (catalog.isEmpty()) {
            return Optional.of(ModelDirectory.builtIn())
                    .filter(d -> d.name().equals(name) && d.version().equals(version))
                    .map(d -> source(d, devices));
        }
        // Among those that are there, so that no name leads out of the catalog.
        return CatalogListing.of(catalog.get()).versions().stream()
                .filter(path ->
                        name(path.getParent()).equals(name) && name(path).equals(version))
                .findFirst()
                .map(ModelDirectory::read)
                .map(d -> source(d, devices));
    }

    private static String name(Path directory) {
        return directory.getFileName().toString();
    }

    private static ModelSource source(ModelDirectory directory, ServerDevices devices) {
        return new ModelSource(
                directory.name(),
                directory.version(),
                directory.config().spec(),
                devices.loader(directory),
                directory.parameterCount(),
                directory.config().weightsSha256());
    }

    /** Number of trainable values by "name/version". */
    Map<String, Long> parameters() {
        Map<String, Long> counts = new LinkedHashMap<>();
        directories.forEach(d -> counts.put(d.name() + "/" + d.version(), d.parameterCount()));
        return counts;
    }
}
