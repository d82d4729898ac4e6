package dev.glimpse.generation;

import java.util.List;

/**
 * Everything that the pictures of a request depend on, so that the same recipe gives the same bytes anywhere.
 *
 * @param request with its model version, its seed and a class by index, if it has one; without a timeout
 * @param refinements each refines a branch of the one before, the first one the request itself
 */
record Recipe(GenerationRequest request, List<Refinement> refinements) {
    /** Refinements of refinements at most; each makes the resume tokens longer. */
    static final int MAX_DEPTH = 16;

    Recipe {
        refinements = List.copyOf(refinements);
    }

    /** Trajectories it makes. */
    int count() {
        return refinements.isEmpty()
                ? request.count()
                : refinements.get(refinements.size() - 1).branches();
    }
}
