package dev.glimpse.generation;

import java.util.Optional;

/**
 * A model version of a running server, served or not.
 *
 * @param state where it stands
 * @param profile what it makes; absent if it could not be read
 */
public record ModelVersion(ModelShelf.ModelState state, Optional<ModelProfile> profile) {}
